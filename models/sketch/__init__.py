"""The built-in composer: real music by rule and synthesis, in numpy and scipy."""
