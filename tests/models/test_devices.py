"""Choosing devices: what is asked for, or one sentence."""

from __future__ import annotations

import pytest
import torch

from models.devices import MissingDevice, check_fits, choose_device, device_facts

GPUS = torch.cuda.device_count() if torch.cuda.is_available() else 0


def test_cpu_is_always_there_and_never_a_gpu() -> None:
    facts = device_facts(choose_device("cpu"))
    assert not facts.is_gpu
    assert 0 < facts.free_bytes <= facts.memory_bytes


def test_auto_takes_the_first_gpu_if_there_is_one() -> None:
    if GPUS:
        assert choose_device("auto") == torch.device("cuda", 0)
    else:
        assert choose_device("auto").type in {"cpu", "mps"}


@pytest.mark.parametrize("setting", ["gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "mps:1", "", "CPU"])
def test_a_name_that_means_nothing_is_refused_with_the_names_that_do(setting: str) -> None:
    with pytest.raises(MissingDevice, match="must be auto, cpu, cuda, cuda:N or mps"):
        choose_device(setting)


def test_a_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(MissingDevice, match=r"AURAL_DEVICE is cuda:\d+, but this machine shows"):
        choose_device(f"cuda:{GPUS}")


@pytest.mark.skipif(GPUS > 0, reason="this machine has a CUDA GPU")
def test_cuda_without_a_gpu_is_refused() -> None:
    with pytest.raises(MissingDevice, match="no CUDA GPU"):
        choose_device("cuda")


def test_what_fits_passes_and_what_does_not_is_refused_with_both_sizes() -> None:
    cpu = torch.device("cpu")
    check_fits(cpu, 1, "a byte")
    with pytest.raises(MissingDevice, match=r"musicgen-large needs about 1048576\.0 GiB .* free of"):
        check_fits(cpu, 2**50, "musicgen-large")
