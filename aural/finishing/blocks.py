"""Music that is still being made, changed block by block."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from aural.types import Floats

Change = Callable[[Floats, int], Floats]
"""Of a block (2, n) and the place of its first sample in all the music."""


async def changed_blocks(blocks: AsyncGenerator[Floats, None], change: Change) -> AsyncGenerator[Floats, None]:
    """Each block changed, in order; one that is left with no samples is let go. Closing it closes `blocks`."""
    start = 0
    async with aclosing(blocks):
        async for block in blocks:
            changed = change(block, start)
            start += block.shape[1]
            if changed.shape[1]:
                yield changed
