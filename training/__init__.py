"""How every weight of ours was made."""
