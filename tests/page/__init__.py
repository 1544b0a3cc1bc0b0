"""A package, so that one browser can be had for as long as its tests go on, and no longer."""
