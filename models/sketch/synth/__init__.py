"""Sound: every instrument of the sketch composer, synthesised note by note."""
