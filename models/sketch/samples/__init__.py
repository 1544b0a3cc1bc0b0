"""Recorded instruments: which sample plays which key, and the samples themselves, decoded when a piece needs them."""
