"""A package, so that no other package named tests is imported instead (dora-search installs one)."""
