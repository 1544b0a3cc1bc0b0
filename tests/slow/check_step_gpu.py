"""`python -m tests.slow.check_step_gpu`: the torch step on a GPU, on random weights of MusicGen small's full shape.

Against the CPU, graphs against what they hold, one slot against many, and the time of a step. Exit status 1 where an
answer is not what it must be; says so where there is no GPU.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bench.musicgen_shapes import SMALL, random_text, random_weights
from models.musicgen.sampling import SamplingParams, sample_tokens
from models.musicgen.sampling_graph import CudaGraphSampler
from models.musicgen.shape import CODEBOOK_SIZE, WINDOW_FRAMES, Shape, Weights
from models.musicgen.step import OutOfCacheMemory
from models.musicgen.step_torch import TorchStep, set_full_precision_sums

CUDA = torch.device("cuda", 0)
POSITIONS = WINDOW_FRAMES + 4
PRECISIONS = (torch.float32, torch.bfloat16, torch.float16)
TOLERANCES = {torch.float32: 1e-3, torch.bfloat16: 0.5, torch.float16: 0.1}
"""Of logits with a deviation of 1.6, from fp32 on the CPU. An H200 was off by 5e-6, 0.06 and 0.006."""
STEPS_TIMED = 100


def random_tokens(shape: Shape, count: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, CODEBOOK_SIZE, (count, shape.codebooks))


def run_slot(
    step: TorchStep,
    neighbours: int,
    slot: int = 0,
    steps: int = 12,
    *,
    negative: Tensor | None = None,
    others_have_negatives: bool = False,
) -> Tensor:
    """Logits (steps, 2, codebooks, CODEBOOK_SIZE) on the CPU after 100 known positions, of always the same request; its
    neighbours are all elsewhere in texts and tokens of their own."""
    count, length, seed = neighbours + 1, 100, 1
    shape = step.shape
    tokens = random_tokens(shape, length + steps, seed)
    for other in range(count):
        led_from = random_text(shape, 7 + other, 90 + other) if others_have_negatives else None
        step.start_slot(other, random_text(shape, 5 + other, 50 + other), led_from)
        step.prefill(other, random_tokens(shape, 30 + 40 * other, 50 + other), 0)
    step.start_slot(slot, random_text(shape, 9, seed), negative)
    step.prefill(slot, tokens[:length], 0)
    seen = []
    for position in range(length, len(tokens)):
        given = random_tokens(shape, count, 1000 + position)
        given[slot] = tokens[position]
        positions = 30 + 40 * np.arange(count) + position - length
        positions[slot] = position
        seen.append(step(given, positions)[slot].cpu().clone())
    return torch.stack(seen)


def check_answers(weights: Weights, dtype: torch.dtype, truth: Tensor) -> None:
    """The CPU's logits but for rounding; graphs give the bits of the kernels they hold; neighbours change none."""
    step = TorchStep(weights, CUDA, dtype, slots=32, positions=POSITIONS)
    alone = run_slot(step, 0)
    distance = (alone - truth).abs().max().item()
    same = [torch.equal(alone, run_slot(step, others)) for others in (2, 7, 31)]
    same += [torch.equal(alone, run_slot(step, 31, slot)) for slot in (1, 17, 31)]
    same += [torch.equal(alone, run_slot(step, 7, 3, others_have_negatives=True))]
    negative = random_text(weights.shape, 11, 3)
    led = run_slot(step, 0, negative=negative)
    same += [torch.equal(led, run_slot(step, 7, 3, negative=negative, others_have_negatives=True))]
    del step
    kernels_step = TorchStep(weights, CUDA, dtype, slots=32, positions=POSITIONS, form="triton")
    kernels, led_kernels = run_slot(kernels_step, 0), run_slot(kernels_step, 0, negative=negative)
    plain = run_slot(TorchStep(weights, CUDA, dtype, slots=32, positions=POSITIONS, form="eager"), 0)
    by_size = TorchStep(weights, CUDA, dtype, slots=32, positions=POSITIONS, sizes=(1, 2, 4, 8, 16))
    sized = [(run_slot(by_size, others) - alone).abs().max().item() for others in (0, 2, 7)]
    print(
        f"{dtype}: from the CPU's fp32 {distance:.2e}, from torch's attention {(plain - alone).abs().max():.2e}; "
        f"graphs equal their kernels: {torch.equal(kernels, alone)}; same bits among 1, 3, 8, 32 and in slots 0, 1, "
        f"17, 31: {all(same)}; with sizes 1 to 32 they differ by {', '.join(f'{other:.1e}' for other in sized)}"
    )
    assert alone.isfinite().all(), "a logit that is no number"
    assert distance < TOLERANCES[dtype], "too far from the CPU"
    assert torch.equal(kernels, alone), "a graph must give what its kernels give"
    assert torch.equal(led_kernels, led), "a graph must give what its kernels give, with a negative text too"
    assert not torch.equal(led[:, 1], alone[:, 1]), "a negative text must matter"
    assert all(same), "a slot's bits depend on its neighbours"


def check_sampling(rounds: int = 200, slots: int = 8, codebooks: int = 4) -> None:
    """In its graph it draws what it draws outside, whoever else is there."""
    graphed, chance = CudaGraphSampler(slots, codebooks), np.random.default_rng(0)
    for _ in range(rounds):
        count = int(chance.integers(1, slots + 1))
        logits = torch.randn(count, 2, codebooks, CODEBOOK_SIZE, device=CUDA) * float(chance.uniform(0.2, 4))
        params = [
            SamplingParams(
                guidance=float(chance.uniform(0, 6)),
                temperature=float(chance.choice([0, 0.7, 1, 1.5])),
                top_k=int(chance.choice([0, 1, 50, 250])),
                top_p=float(chance.choice([0, 0.9])),
            )
            for _ in range(count)
        ]
        numbers = chance.random((count, codebooks))
        tokens, finite = graphed(logits, params, numbers)
        assert finite.all()
        expected = sample_tokens(logits, params, numbers)[0].cpu().numpy()
        assert np.array_equal(tokens, expected), "a graph must draw what its kernels draw"
    print(f"sampling: {rounds} batches drawn in a graph are those drawn outside")


def step_ms(step: TorchStep, count: int, position: int) -> float:
    """Of one step, tokens handed over included, the mean of STEPS_TIMED."""
    tokens, positions = random_tokens(step.shape, count, 3), np.full(count, position)
    for slot in range(count):
        step.start_slot(slot, random_text(step.shape, 20, slot))
    for _ in range(5):
        step(tokens, positions)
    torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(STEPS_TIMED):
        step(tokens, positions)
    torch.cuda.synchronize()
    return (time.perf_counter() - started) * 1000 / STEPS_TIMED


def print_times(weights: Weights, dtype: torch.dtype, counts: Sequence[int] = (1, 4, 8, 32)) -> None:
    """`fixed`: always computed for 32 slots, so that neighbours change no bit; `sized`: for as many as there are."""
    shape = weights.shape
    times: dict[tuple[int, int], list[float]] = {}
    for sizes in ((), counts):
        step = TorchStep(weights, CUDA, dtype, slots=max(counts), positions=POSITIONS, sizes=sizes)
        step.warm_up()
        for count in counts:
            for position in (50, 750, 1450):
                times.setdefault((count, position), []).append(step_ms(step, count, position))
        del step
    read = weights.heads.numel() + sum(
        matrix.numel() for of in weights.layers for matrix in (of.qkv, of.out, of.cross_q, of.cross_out, of.up, of.down)
    )
    print(f"{dtype}\n batch position  fixed ms  sized ms  cost  frames/s (fixed)  GB/s (fixed)")
    for (count, position), (fixed, sized) in times.items():
        cached = 4 * count * shape.layers * shape.width * position
        rate = (read + cached) * dtype.itemsize / fixed / 1e6
        speed = f"{1000 * count / fixed:17.0f} {rate:13.0f}"
        print(f"{count:6} {position:8} {fixed:9.3f} {sized:9.3f} {fixed / sized:5.2f} {speed}")


def main() -> None:
    if not torch.cuda.is_available():
        print("No GPU here that torch can use: the torch step was not checked on one.")
        return
    print(f"GPU: {torch.cuda.get_device_name(0)}, torch {torch.__version__}; random weights of MusicGen small's shape")
    set_full_precision_sums()  # as the service does
    check_sampling()
    weights = random_weights(SMALL)
    truth = run_slot(TorchStep(weights, torch.device("cpu"), torch.float32, slots=1, positions=128), 0)
    for dtype in PRECISIONS:
        try:
            check_answers(weights, dtype, truth)
            print_times(weights, dtype)
        except OutOfCacheMemory as error:
            print(f"{dtype}: {error}")


if __name__ == "__main__":
    main()
