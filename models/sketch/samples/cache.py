"""Sounds that were made before, up to so many bytes of them: the one that was not asked for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from aural.types import Floats


class SoundCache:
    """Thread-safe. A sound is made outside the lock: two that ask at once may both make it, and get the same."""

    def __init__(self, most_bytes: int):
        self._most_bytes = most_bytes
        self._sounds: OrderedDict[Hashable, Floats] = OrderedDict()
        self._lock = Lock()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """What is held."""
        return self._bytes

    def get(self, name: Hashable, make: Callable[[], Floats]) -> Floats:
        """The sound of that name, from `make` where it is not held. Read-only: others have it too."""
        with self._lock:
            if name in self._sounds:
                self._sounds.move_to_end(name)
                return self._sounds[name]
        sound = make()
        sound.flags.writeable = False
        with self._lock:
            if name not in self._sounds:
                self._sounds[name] = sound
                self._bytes += sound.nbytes
            while self._bytes > self._most_bytes:
                self._bytes -= self._sounds.popitem(last=False)[1].nbytes
        return sound
