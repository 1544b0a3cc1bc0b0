"""Things to run and to hear."""
