"""Loops: whether what was asked for is what comes back."""
