"""How the listening networks are trained: on songs made by rule, whose tempo, beats and key are known exactly."""
