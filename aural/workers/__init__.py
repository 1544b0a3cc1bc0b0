"""Worker processes: a pool of them, one of them from both sides, and what is done in them."""
