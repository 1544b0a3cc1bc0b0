"""One decoder step as an ONNX graph: on a CPU it reads its weights three times as fast as torch's linear layers do.

A row is a slot's conditional or unconditional half; which rows hear text is an input. GroupQueryAttention writes keys
and values in place and reads each row as far as it is filled, which gives every slot a position of its own. The same
graph takes one position of many rows or many positions of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.musicgen.shape import CODEBOOK_SIZE, EPSILON, Layer, Norm, Weights

Precision = Literal["fp32", "int8"]
BLOCK = 128
"""Weights that share a scale in int8."""
INT8_RANGE = 127
OURS = "com.microsoft"


@dataclass(eq=False)
class StepGraph:
    """`model`: the serialised graph. `weights`: what it names and does not carry, to be given to the session."""

    model: bytes
    weights: dict[str, NDArray[Any]]


@dataclass(eq=False)
class _Graph:
    """Nodes, constants and inputs as they come."""

    precision: Precision
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    inputs: list[Any] = field(default_factory=list)
    outputs: list[Any] = field(default_factory=list)
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)

    def op(self, kind: str, inputs: list[str], outputs: str | list[str], *, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        outputs = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, value: NDArray[Any]) -> str:
        """Too big for the graph (which may hold 2 GB): named here, given to the session as it is."""
        from onnx import TensorProto, helper

        self.weights[name] = np.ascontiguousarray(value)
        tensor = TensorProto(name=name, dims=value.shape, data_type=helper.np_dtype_to_tensor_dtype(value.dtype))
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="memory")
        self.constants.append(tensor)
        return name

    def linear(self, x: str, name: str, matrix: Tensor) -> str:
        """x @ matrix.T; in int8 by the operator whose result for a row does not depend on the other rows."""
        out, inner = matrix.shape
        if self.precision == "fp32":
            return self.op("MatMul", [x, self.weight(f"{name}.w", matrix.float().T.contiguous().numpy())], f"{name}.y")
        block = min(BLOCK, inner)
        levels, scales = quantised(matrix.float(), block)
        return self.op(
            "MatMulNBits",
            [x, self.weight(f"{name}.q", levels), self.weight(f"{name}.s", scales)],
            f"{name}.y",
            domain=OURS,
            K=inner,
            N=out,
            bits=8,
            block_size=block,
            accuracy_level=4,
        )

    def norm(self, x: str, added: str, name: str, norm: Norm) -> tuple[str, str]:
        """(normalised x + added, x + added)"""
        names = [
            self.constant(f"{name}.{part}", tensor.float().numpy())
            for part, tensor in (("weight", norm.weight), ("bias", norm.bias))
        ]
        outputs = [f"{name}.y", "", "", f"{name}.sum"]
        self.op("SkipLayerNormalization", [x, added, *names], outputs, domain=OURS, epsilon=EPSILON)
        return outputs[0], outputs[3]


def quantised(matrix: Tensor, block: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(out, inner) -> levels (out, blocks, block) around 128 and scales (out, blocks), symmetric per block."""
    blocks = matrix.reshape(matrix.shape[0], -1, block)
    scales = (blocks.abs().amax(dim=-1, keepdim=True) / INT8_RANGE).clamp(min=1e-12)
    levels = (blocks / scales).round_().add_(INT8_RANGE + 1).to(torch.uint8)
    return levels.numpy(), scales[..., 0].numpy()


def step_graph(weights: Weights, precision: Precision, scales: NDArray[np.float32] | None = None) -> StepGraph:
    """The graph of a decoder.

    Inputs: `x` (rows, s, width), embedded tokens and positions; `filled` (rows,) int32, the last position of each row
    after this call; `longest` () int32, one more than the greatest of them; `hearing` (n,), the row that each text is
    for; `of_text` (rows,), which text each row hears, n where it hears none; `text_mask` (n, text) int32, 1 where a
    text token is; per layer `keys.L`, `values.L` (rows, heads, positions, head_width), written in place as
    `keys_out.L`, `values_out.L`, and `text_keys.L`, `text_values.L` (n, heads, text, head_width). Output `logits`
    (rows, s, codebooks * CODEBOOK_SIZE). `scales`: (2, layers, width) of keys and values: the cache is int8 then.
    """
    from onnx import TensorProto, helper

    graph = _Graph(precision)
    shape = weights.shape
    head = [shape.heads, "positions", shape.head_width]
    cache_type = TensorProto.FLOAT if scales is None else TensorProto.INT8
    _declare(graph.inputs, "x", TensorProto.FLOAT, ["rows", "steps", shape.width])
    _declare(graph.inputs, "filled", TensorProto.INT32, ["rows"])
    _declare(graph.inputs, "longest", TensorProto.INT32, [])
    _declare(graph.inputs, "hearing", TensorProto.INT64, ["slots"])
    _declare(graph.inputs, "of_text", TensorProto.INT64, ["rows"])
    _declare(graph.inputs, "text_mask", TensorProto.INT32, ["slots", "text"])
    _declare(graph.outputs, "logits", TensorProto.FLOAT, ["rows", "steps", shape.codebooks * CODEBOOK_SIZE])
    silence = graph.constant("silence", np.zeros((1, 1, shape.width), np.float32))
    graph.op("Mul", ["x", silence], "nothing_yet")
    graph.op("Gather", ["nothing_yet", graph.constant("first", np.array([0]))], "skipped", axis=0)
    x, added = "x", "nothing_yet"
    for index, layer in enumerate(weights.layers):
        for side in ("keys", "values"):
            _declare(graph.inputs, f"{side}.{index}", cache_type, ["rows", *head])
            _declare(graph.outputs, f"{side}_out.{index}", cache_type, ["rows", *head])
            _declare(graph.inputs, f"text_{side}.{index}", TensorProto.FLOAT, ["slots", head[0], "text", head[2]])
        x, added = _layer(graph, weights, layer, index, x, added, None if scales is None else scales[:, index])
    normal, _ = graph.norm(x, added, "out_norm", weights.out_norm)
    graph.op("Identity", [graph.linear(normal, "heads", weights.heads)], "logits")
    made = helper.make_graph(graph.nodes, "step", graph.inputs, graph.outputs, graph.constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(OURS, 1)]
    return StepGraph(helper.make_model(made, opset_imports=opsets, ir_version=9).SerializeToString(), graph.weights)


def _declare(into: list[Any], name: str, kind: int, dims: list[Any]) -> None:
    from onnx import helper

    into.append(helper.make_tensor_value_info(name, kind, dims))


def _layer(
    graph: _Graph,
    weights: Weights,
    layer: Layer,
    index: int,
    x: str,
    added: str,
    scales: NDArray[np.float32] | None,
) -> tuple[str, str]:
    """(x, what is still to be added to it) before and after one layer."""
    shape, name = weights.shape, f"layer{index}"
    heads = {"num_heads": shape.heads, "scale": shape.head_width**-0.5}
    normal, x = graph.norm(x, added, f"{name}.norm", layer.norm)
    inputs = [graph.linear(normal, f"{name}.qkv", layer.qkv), "", "", f"keys.{index}", f"values.{index}"]
    inputs += ["filled", "longest"]
    attributes: dict[str, Any] = {"kv_num_heads": shape.heads}
    if scales is not None:
        of = [graph.constant(f"{name}.{side}_scale", scales[i]) for i, side in enumerate(("key", "value"))]
        inputs += ["", "", "", "", "", *of]
        attributes |= {"kv_cache_bit_width": 8, "k_quant_type": "PER_CHANNEL", "v_quant_type": "PER_CHANNEL"}
    outputs = [f"{name}.heard_itself", f"keys_out.{index}", f"values_out.{index}"]
    graph.op("GroupQueryAttention", inputs, outputs, domain=OURS, **heads, **attributes)
    added = graph.linear(outputs[0], f"{name}.out", layer.out)

    normal, x = graph.norm(x, added, f"{name}.cross_norm", layer.cross_norm)
    # Both products take all rows: an int8 kernel sums a last row that has no pair otherwise (seen with AVX-512 VNNI).
    query = graph.linear(normal, f"{name}.cross_q", layer.cross_q)
    query = graph.op("Gather", [query, "hearing"], f"{name}.hearing", axis=0)
    inputs = [query, f"text_keys.{index}", f"text_values.{index}", "", "text_mask"]
    text = graph.op("MultiHeadAttention", inputs, f"{name}.heard_text", domain=OURS, **heads)
    text = graph.op("Concat", [text, "skipped"], f"{name}.text_or_not", axis=0)
    text = graph.op("Gather", [text, "of_text"], f"{name}.of_text", axis=0)
    added = graph.linear(text, f"{name}.cross_out", layer.cross_out)

    normal, x = graph.norm(x, added, f"{name}.feedforward_norm", layer.feedforward_norm)
    up = graph.linear(normal, f"{name}.up", layer.up)
    up = graph.op("Gelu", [up], f"{name}.gelu", domain=OURS)
    return x, graph.linear(up, f"{name}.down", layer.down)
