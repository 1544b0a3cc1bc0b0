"""Where models go: the device that was asked for, or a sentence saying why it cannot be had."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import psutil
import torch

SETTINGS = "auto, cpu, cuda, cuda:N or mps"


class MissingDevice(ValueError):
    """Start-up cannot go on: the sentence says which device was asked for and what there is."""


@dataclass(frozen=True)
class DeviceFacts:
    """`memory_bytes` is all that the device has, `free_bytes` what was free when asked."""

    name: str
    is_gpu: bool
    memory_bytes: int
    free_bytes: int


def choose_device(setting: str) -> torch.device:
    """The device that AURAL_DEVICE names; "auto" takes the first CUDA GPU, then MPS, then the CPU.

    Raises MissingDevice for a name that means nothing or a device that is not there.
    """
    if setting == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", 0)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    kind, _, index = setting.partition(":")
    if kind not in {"cpu", "cuda", "mps"} or ((index or ":" in setting) and (kind != "cuda" or not index.isdecimal())):
        raise MissingDevice(f"AURAL_DEVICE is {setting!r}; it must be {SETTINGS}.")
    if kind == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(index or 0) >= count:
            raise MissingDevice(f"AURAL_DEVICE is {setting}, but this machine shows {_gpus(count)}. Use auto or cpu.")
        return torch.device("cuda", int(index or 0))
    if kind == "mps" and not torch.backends.mps.is_available():
        raise MissingDevice("AURAL_DEVICE is mps, but this machine has no Apple GPU that torch can use. Use auto.")
    return torch.device(kind)


def _gpus(count: int) -> str:
    if count == 0:
        return "no CUDA GPU"
    return "one CUDA GPU (cuda:0)" if count == 1 else f"{count} CUDA GPUs (cuda:0 to cuda:{count - 1})"


def device_facts(device: torch.device) -> DeviceFacts:
    """What /info and the check of what fits say about a device. MPS shares the machine's memory."""
    if device.type == "cuda":
        free_bytes, memory_bytes = torch.cuda.mem_get_info(device)
        return DeviceFacts(torch.cuda.get_device_name(device), True, memory_bytes, free_bytes)
    memory = psutil.virtual_memory()
    name = platform.processor() or platform.machine()
    return DeviceFacts(name, device.type == "mps", memory.total, memory.available)


def check_fits(device: torch.device, bytes_needed: int, what: str) -> None:
    """Raises MissingDevice with one sentence when `what` needs more memory than the device has free."""
    facts = device_facts(device)
    if bytes_needed > facts.free_bytes:
        raise MissingDevice(
            f"{what} needs about {_gib(bytes_needed)} of memory on {device} ({facts.name}), which has "
            f"{_gib(facts.free_bytes)} free of {_gib(facts.memory_bytes)}. Free some, or choose "
            "a smaller model or another AURAL_DEVICE."
        )


def _gib(count_bytes: int) -> str:
    return f"{count_bytes / 2**30:.1f} GiB"
