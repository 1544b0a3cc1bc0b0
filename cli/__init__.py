"""The command `aural`."""
