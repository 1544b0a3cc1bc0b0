"""Text to what the decoder hears: T5's encoder and the projection to the decoder's width."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, eq=False)
class TextEncoder:
    """Thread-safe: nothing changes after loading, and the tokenizer is called without its padding state.

    `weight` (width, text width) and `bias` (width,) float32, where the encoder is: the projection; None where T5's
    width is the decoder's own and transformers' layout has none.
    """

    tokenizer: Any
    encoder: Any
    weight: Tensor | None
    bias: Tensor | None

    def to_device(self, device: torch.device) -> TextEncoder:
        """The same on an NVIDIA GPU, in float32 still; elsewhere it stays on the CPU. Moves what it is called on."""
        if device.type != "cuda":
            return self
        weight, bias = (part if part is None else part.to(device) for part in (self.weight, self.bias))
        return TextEncoder(self.tokenizer, self.encoder.to(device), weight, bias)

    @torch.no_grad()
    def encode(self, text: str) -> Tensor:
        """What cross-attention hears of a text, (tokens, width) float32 on the CPU; the same for the same text.

        Equal to the conditional row of audiocraft's condition provider for that text alone. An empty text is one row
        of zeros, as there: the music is then that of no text. A long text is heard whole, however long: T5's positions
        are relative, but it was trained on 512 tokens, and what stands past them weighs as it may.
        """
        tokens = torch.tensor([self.tokenizer.encode(text).ids], device=self.encoder.device)
        states: Tensor = self.encoder(input_ids=tokens, attention_mask=torch.ones_like(tokens)).last_hidden_state[0]
        if self.weight is not None:
            states = F.linear(states, self.weight, self.bias)
        return states.cpu() if text else torch.zeros_like(states, device="cpu")


def load_tokenizer(folder: Path) -> Any:
    """T5's tokenizer from a folder with its tokenizer.json: whitespace as T5 has it, and </s> at the end.

    transformers' class reads it, as audiocraft lets it; what is returned is the tokenizers.Tokenizer inside, for the
    class sets padding and truncation at each call and so bears one thread only.
    """
    from transformers import T5Tokenizer

    tokenizer = T5Tokenizer.from_pretrained(folder, local_files_only=True).backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
