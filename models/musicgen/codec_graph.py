"""EnCodec's decoder as two ONNX Runtime graphs, built in memory from the loaded weights: the CPU's back-end.

Rows are time, columns are channels: a convolution is a look-up of rows and one matrix product, and upsampling is a
product whose result, read row by row, is already in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime

from models.musicgen.codec_span import Rows, SpanIndices
from models.musicgen.codec_weights import CodecWeights, Floats, Ints, LinearWeights, LstmWeights, Stage, State

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto

OPSET, IR_VERSION = 21, 10


class OnnxNetwork:
    """Both halves of the decoder, before and after the LSTM's output. See codec.Network."""

    def __init__(self, weights: CodecWeights, sides: int, *, threads: int):
        self._layers = len(weights.memory)
        self._lstm_model = _session(_lstm_model(weights, sides), threads)
        self._decoder_model = _session(_decoder_model(weights), threads)

    def run_lstm(self, tokens: Ints, rows: Rows, memory: State) -> tuple[Floats, State]:
        hidden, cell = memory
        inputs: dict[str, Floats | Ints] = {"tokens": tokens, "rows": rows}
        for layer in range(self._layers):
            inputs |= {f"hidden_{layer}": hidden[layer : layer + 1], f"cell_{layer}": cell[layer : layer + 1]}
        lstm_out, *after = self._lstm_model.run(None, inputs)
        return lstm_out, (np.concatenate(after[0::2]), np.concatenate(after[1::2]))

    def run_decoder(self, lstm_out: Floats, span: SpanIndices) -> Floats:
        inputs: dict[str, Floats | Ints] = {"lstm_out": lstm_out, "last": span.last}
        for number, stage in enumerate(span.stages):
            inputs[f"up_{number}"] = stage.up
            inputs[f"taps_{number}"] = stage.taps
            inputs[f"kept_{number}"] = np.array([stage.start, stage.start + len(stage.taps)])
        (samples,) = self._decoder_model.run(None, inputs)
        return np.asarray(samples)


def _session(model: ModelProto, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # The language model works on the same cores meanwhile: a thread that has nothing to do shall not hold one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


@dataclass
class _Graph:
    """A graph under construction: every operator is a method that takes and returns names."""

    name: str
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)
    inputs: list[ValueInfoProto] = field(default_factory=list)
    outputs: list[ValueInfoProto] = field(default_factory=list)

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> list[str]:
        from onnx import helper

        names = [f"{kind}_{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def single_op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.op(kind, *inputs, **attributes)[0]

    def constant(self, array: Floats | Ints) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def ints(self, *numbers: int) -> str:
        return self.constant(np.array(numbers, np.int64))

    def add_input(self, name: str, shape: list[int | str], *, of: type = np.int64) -> str:
        from onnx import helper

        kind = helper.np_dtype_to_tensor_dtype(np.dtype(of))
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def add_output(self, name: str) -> None:
        from onnx import TensorProto, helper

        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))

    def product(self, rows: str, product: LinearWeights) -> str:
        return self.single_op("Gemm", rows, self.constant(product.matrix), self.constant(product.bias))

    def append_zero_row(self, rows: str, *shape: int) -> str:
        """One more row, of zeros, after the last."""
        return self.single_op("Concat", rows, self.constant(np.zeros(shape, np.float32)), axis=0)

    def gather_side_by_side(self, rows: str, numbers: str, columns: int) -> str:
        """Look rows up and lay those of one line of `numbers` side by side."""
        return self.single_op("Reshape", self.single_op("Gather", rows, numbers, axis=0), self.ints(-1, columns))

    def model(self) -> ModelProto:
        from onnx import helper

        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.constants)
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def _lstm_model(weights: CodecWeights, sides: int) -> ModelProto:
    """Tokens (codebooks, frames, sides) and rows (wanted, 7) -> LSTM's output (wanted, sides, hidden) and its state."""
    graph = _Graph("front")
    codebooks, size, width = weights.codebooks.shape
    tokens = graph.add_input("tokens", [codebooks, "frames", sides])
    rows = graph.add_input("rows", ["wanted", 7])
    shift = graph.constant(size * np.arange(codebooks)[:, None, None])  # into one table of all codebooks
    table = graph.constant(weights.codebooks.reshape(-1, width))
    entries = graph.single_op("Gather", table, graph.single_op("Add", tokens, shift), axis=0)
    summed = graph.single_op("ReduceSum", entries, graph.ints(0), keepdims=0)
    padded = graph.append_zero_row(summed, 1, sides, width)
    taps = graph.single_op("Transpose", graph.single_op("Gather", padded, rows, axis=0), perm=[0, 2, 1, 3])
    flat = graph.product(graph.single_op("Reshape", taps, graph.ints(-1, 7 * width)), weights.first)
    entering = graph.single_op("Reshape", flat, graph.ints(-1, sides, weights.hidden))
    lstm_out, states = entering, []
    for number, memory in enumerate(weights.memory):
        lstm_out, *state = _lstm(graph, lstm_out, memory, number, sides, weights.hidden)
        states += state
    graph.add_output(graph.single_op("Add", lstm_out, entering))
    for name in states:
        graph.add_output(name)
    return graph.model()


def _lstm(graph: _Graph, rows: str, memory: LstmWeights, number: int, sides: int, hidden: int) -> list[str]:
    """Output (wanted, sides, hidden), last hidden and cell state."""
    state = [graph.add_input(f"{name}_{number}", [1, sides, hidden], of=np.float32) for name in ("hidden", "cell")]
    matrices = [graph.constant(_reorder_gates(matrix)[None]) for matrix in (memory.inputs, memory.past)]
    bias = graph.constant(np.concatenate([_reorder_gates(memory.input_bias), _reorder_gates(memory.past_bias)])[None])
    output, *after = graph.op("LSTM", rows, *matrices, bias, "", *state, outputs=3, hidden_size=hidden)
    return [graph.single_op("Squeeze", output, graph.ints(1)), *after]


def _reorder_gates(torchs: Floats) -> Floats:
    """torch keeps input, forget, cell, output; ONNX input, output, forget, cell."""
    i, f, g, o = np.split(torchs, 4)
    return np.concatenate([i, o, f, g])


def _decoder_model(weights: CodecWeights) -> ModelProto:
    """LSTM's output (frames, hidden) -> samples."""
    graph = _Graph("back")
    rows = graph.add_input("lstm_out", ["frames", weights.hidden], of=np.float32)
    for number, stage in enumerate(weights.stages):
        rows = _stage(graph, rows, stage, number, zeros_pad=weights.pad_mode == "constant")
    # Seven products a row, then one sum a sample: the other way round each row would be copied seven times.
    channels = len(weights.last.matrix) // 7
    products = graph.single_op(
        "MatMul", graph.single_op("Elu", rows), graph.constant(weights.last.matrix.reshape(7, channels).T)
    )
    flat = graph.single_op("Reshape", products, graph.ints(-1))
    if weights.pad_mode == "constant":
        flat = graph.append_zero_row(flat, 1)
    taken = graph.single_op("Gather", flat, graph.add_input("last", ["samples", 7]), axis=0)
    summed = graph.single_op("ReduceSum", taken, graph.ints(1), keepdims=0)
    graph.add_output(graph.single_op("Add", summed, graph.constant(weights.last.bias)))
    return graph.model()


def _stage(graph: _Graph, rows: str, stage: Stage, number: int, *, zeros_pad: bool) -> str:
    inputs, outputs = len(stage.up.matrix) // 2, len(stage.up.bias) // stage.ratio
    up = graph.add_input(f"up_{number}", [f"blocks_{number}", 2])
    taps = graph.add_input(f"taps_{number}", [f"rows_{number}", 3])
    ends = graph.op("Split", graph.add_input(f"kept_{number}", [2]), outputs=2, num_outputs=2, axis=0)
    padded = graph.append_zero_row(graph.single_op("Elu", rows), 1, inputs)
    blocks = graph.product(graph.gather_side_by_side(padded, up, 2 * inputs), stage.up)
    upsampled = graph.single_op("Reshape", blocks, graph.ints(-1, outputs))
    kept = graph.single_op("Slice", upsampled, *ends, graph.ints(0))
    tapped = graph.single_op("Elu", upsampled)
    if zeros_pad:
        tapped = graph.append_zero_row(tapped, 1, outputs)
    narrow = graph.product(graph.gather_side_by_side(tapped, taps, 3 * outputs), stage.taps)
    added = graph.product(graph.single_op("Elu", narrow), stage.point)
    if stage.shortcut is not None:
        kept = graph.product(kept, stage.shortcut)
    return graph.single_op("Add", added, kept)
