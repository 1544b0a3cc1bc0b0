"""Fuzzing of what strangers send: files, JSON, forms."""
