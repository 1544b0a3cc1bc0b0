"""The players: each turns bars into notes or hits for one layer of a style."""
