"""The Triton kernels, as far as a machine without a GPU can run them: interpreted, and compiled for GPUs elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from bench.musicgen_shapes import random_text, random_weights
from models.musicgen.attention_torch import Cache
from models.musicgen.shape import Norm, Shape
from models.musicgen.step_torch import Form, TorchStep
from tests.slow.check_step_gpu import run_slot

CPU = torch.device("cpu")
FORMS: tuple[Form, Form] = ("eager", "triton")


def compare_triton_with_torch() -> None:
    """Runs in a process of its own, where TRITON_INTERPRET lets kernels run on the CPU's tensors, slowly."""
    odd = Shape(layers=1, width=48, heads=2, feedforward=96, delays=(0, 1, 2, 3))  # no width is a power of two
    weights = random_weights(odd)

    def a_form(form: Form, dtype: torch.dtype = torch.float32, sizes: Sequence[int] = ()) -> TorchStep:
        return TorchStep(weights, CPU, dtype, slots=2, positions=128, form=form, sizes=sizes)

    triton = a_form("triton")
    alone = run_slot(triton, 0, steps=2)
    torch.testing.assert_close(alone, run_slot(a_form("eager"), 0, steps=2), atol=1e-5, rtol=0)
    assert torch.equal(alone, run_slot(triton, 1, slot=1, steps=2)), "neighbours change bits"
    beside = run_slot(triton, 1, slot=1, steps=2, others_have_negatives=True)
    assert torch.equal(alone, beside), "a neighbour's negative text changes bits"
    negative = random_text(odd, 70, 3)
    led = [run_slot(a_form(form), 0, steps=2, negative=negative) for form in FORMS]
    torch.testing.assert_close(*led, atol=1e-5, rtol=0)
    assert torch.equal(led[1][:, 0], alone[:, 0]), "the conditional half hears the text alone"
    assert not torch.allclose(led[1][:, 1], alone[:, 1], atol=0.1), "the other hears the negative one"
    by_size = a_form("triton", sizes=(1,))
    torch.testing.assert_close(alone, run_slot(by_size, 0, steps=2), atol=1e-5, rtol=0)
    triton.start_slot(1, random_text(odd, 100, 1))
    assert torch.equal(alone, run_slot(triton, 0, steps=2)), "room for a longer text changes bits"
    check_limits(odd)
    halves = [run_slot(a_form(form, torch.bfloat16), 0, steps=1) for form in FORMS]
    torch.testing.assert_close(*halves, atol=0.1, rtol=0)


def check_limits(shape: Shape) -> None:
    """Infinite fp16 products are read as 65504: in sums, queries, keys and values; a NaN stays one."""
    from models.musicgen import attention_triton

    norm = Norm(torch.ones(shape.width), torch.zeros(shape.width))
    added = torch.zeros(2, shape.width, dtype=torch.float16)
    added[0, 3], added[0, 4], added[1, 5] = torch.inf, -torch.inf, torch.nan
    rows = torch.zeros(2, shape.width)
    attention_triton.add_norm(rows, added, norm, torch.float16)
    assert rows[0, 3:5].tolist() == [65504.0, -65504.0]
    assert rows[1, 5].isnan()
    cache = Cache.empty(shape, CPU, torch.float16, slots=1, positions=64, text=64)
    attention = attention_triton.TritonDecodeAttention(cache, torch.ones(1, dtype=torch.int32))
    heard = attention.attend(0, torch.full((2, 3 * shape.width), torch.inf, dtype=torch.float16))
    assert (heard == 65504).all()
    assert (cache.keys[0, :, :, 0] == 65504).all()


@pytest.mark.skipif(sys.platform != "linux", reason="Triton comes with torch for Linux alone")
def test_triton_kernels_do_what_torch_does() -> None:
    call = "from tests.models.musicgen.test_attention_triton import compare_triton_with_torch as compare; compare()"
    root = Path(__file__).parents[3]
    environment = {**os.environ, "TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", call], cwd=root, env=environment, check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="Triton comes with torch for Linux alone")
@pytest.mark.parametrize("capability", [75, 80, 90])
def test_triton_kernels_compile_for_gpus_that_are_not_here(
    capability: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    import triton  # type: ignore[import-untyped]
    from triton.backends.compiler import GPUTarget  # type: ignore[import-untyped]

    from models.musicgen import attention_triton as kernels

    halves = {"queries", "keys", "values", "added", "normed", "heard"}
    sizes: dict[str, float] = {
        "heads": 16,
        "width": 64,
        "lanes": 64,
        "blocks": 24,
        "block": 64,
        "room": 1504,
        "block_lanes": 32,
    }
    sizes |= {"rows_a_length": 2, "fresh": True, "scale": 0.125, "eps": 1e-5, "every": 2}
    for kernel in (kernels._attend_block, kernels._join_blocks, kernels._add_norm):
        kinds = {
            name: "*fp16" if name in halves else "*i32" if name == "lengths" else "*fp32" for name in kernel.arg_names
        }
        kinds |= {name: "constexpr" for name in sizes if name in kernel.arg_names}
        fixed = {(at,): sizes[name] for at, name in enumerate(kernel.arg_names) if name in sizes}
        source = triton.compiler.ASTSource(kernel, kinds, fixed)
        compiled = triton.compile(source, target=GPUTarget("cuda", capability, 32))
        assert len(compiled.asm["cubin"]) > 1000
