"""Finishing: what happens to music between the model and the file."""
