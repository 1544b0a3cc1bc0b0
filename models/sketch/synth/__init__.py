"""Sound: every instrument of the sketch composer, note by note, from recordings and synthesised."""
