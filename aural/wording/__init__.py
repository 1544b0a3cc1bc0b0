"""Labels and the words for them."""
