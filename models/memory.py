"""How a lack of memory shows, in Python and in torch."""

from __future__ import annotations

NO_ROOM = ("DefaultCPUAllocator", "MPS backend out of memory")
"""How torch words it where it does not raise its OutOfMemoryError, whose name is asked for: not all who ask have
torch."""


def is_out_of_memory(error: BaseException | None) -> bool:
    """Also where something else failed because of it, in its own words."""
    if error is None:
        return False
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or any(words in str(error) for words in NO_ROOM) or is_out_of_memory(error.__context__)
