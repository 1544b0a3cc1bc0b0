"""Prompts in other languages, put into the English words that the composer reads."""

from models.sketch.prompt.languages.translation import translated

__all__ = ["translated"]
