"""From the words of a prompt to an intent: vocabulary, grammar, languages, and likeness where words do not decide."""
