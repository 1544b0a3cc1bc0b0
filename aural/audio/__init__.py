"""Bytes in, a true `Clip` out."""
