"""The built-in composer's music, measured."""
