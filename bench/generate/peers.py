"""audiocraft's and transformers' MusicGen decoders with given weights: to be timed, and to be equalled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from models.musicgen.shape import CODEBOOK_SIZE, PAD, Weights

Texts = list[Tensor]
"""One (tokens, width) per request, all of one length: audiocraft does not mask padding."""


def audiocraft_model(weights: Weights) -> Any:
    """audiocraft's LMModel, as its builder makes it for MusicGen; its tensors are those of `weights`, not copies."""
    from audiocraft.models.lm import LMModel
    from audiocraft.modules.codebooks_patterns import DelayedPatternProvider
    from audiocraft.modules.conditioners import ConditionFuser, ConditioningProvider

    shape = weights.shape
    sizes: dict[str, Any] = {"n_q": shape.codebooks, "card": CODEBOOK_SIZE, "dim": shape.width}
    sizes |= {"num_heads": shape.heads, "num_layers": shape.layers, "hidden_scale": shape.feedforward // shape.width}
    sizes |= dict.fromkeys(("bias_ff", "bias_attn", "bias_proj", "custom"), False)
    sizes |= dict.fromkeys(("norm_first", "causal", "memory_efficient", "cross_attention"), True)
    model = LMModel(
        DelayedPatternProvider(shape.codebooks, list(shape.delays)),
        ConditioningProvider({}),
        ConditionFuser({"cross": ["description"], "sum": [], "prepend": [], "input_interpolate": []}),
        **sizes,
        norm="layer_norm",
        activation="gelu",
        positional_embedding="sin",
        dropout=0.0,
    )
    model.load_state_dict(audiocraft_state(weights), assign=True)
    return model.eval().requires_grad_(False)


def audiocraft_state(weights: Weights) -> dict[str, Tensor]:
    state = {"out_norm.weight": weights.out_norm.weight, "out_norm.bias": weights.out_norm.bias}
    for codebook, head in enumerate(weights.heads.view(-1, CODEBOOK_SIZE, weights.shape.width)):
        state |= {f"emb.{codebook}.weight": weights.embeddings[codebook], f"linears.{codebook}.weight": head}
    for index, layer in enumerate(weights.layers):
        cross = torch.cat([layer.cross_q, layer.cross_k, layer.cross_v])
        parts = {"self_attn.in_proj_weight": layer.qkv, "self_attn.out_proj.weight": layer.out}
        parts |= {"cross_attention.in_proj_weight": cross, "cross_attention.out_proj.weight": layer.cross_out}
        parts |= {"linear1.weight": layer.up, "linear2.weight": layer.down}
        norms = {"norm1": layer.norm, "norm_cross": layer.cross_norm, "norm2": layer.feedforward_norm}
        for name, norm in norms.items():
            parts |= {f"{name}.weight": norm.weight, f"{name}.bias": norm.bias}
        state |= {f"transformer.layers.{index}.{name}": part for name, part in parts.items()}
    return state


def transformers_model(weights: Weights) -> Any:
    """transformers' MusicgenForCausalLM with scaled_dot_product_attention; its tensors are those of `weights`."""
    from transformers import MusicgenDecoderConfig, MusicgenForCausalLM

    shape = weights.shape
    settings: Any = MusicgenDecoderConfig
    config = settings(
        vocab_size=CODEBOOK_SIZE,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        ffn_dim=shape.feedforward,
        num_codebooks=shape.codebooks,
        audio_channels=shape.channels,
        attn_implementation="sdpa",
    )
    model: Any = MusicgenForCausalLM(config)
    model.load_state_dict(_transformers_state(weights), assign=True)
    return model.eval().requires_grad_(False)


def _transformers_state(weights: Weights) -> dict[str, Tensor]:
    decoder = "model.decoder"
    state = {f"{decoder}.layer_norm.{part}": getattr(weights.out_norm, part) for part in ("weight", "bias")}
    for codebook, head in enumerate(weights.heads.view(-1, CODEBOOK_SIZE, weights.shape.width)):
        state[f"{decoder}.embed_tokens.{codebook}.weight"] = weights.embeddings[codebook]
        state[f"lm_heads.{codebook}.weight"] = head
    for index, layer in enumerate(weights.layers):
        own = dict(zip("qkv", layer.qkv.chunk(3), strict=True)) | {"out": layer.out}
        cross = {"q": layer.cross_q, "k": layer.cross_k, "v": layer.cross_v, "out": layer.cross_out}
        parts = {f"self_attn.{name}_proj": matrix for name, matrix in own.items()}
        parts |= {f"encoder_attn.{name}_proj": matrix for name, matrix in cross.items()}
        parts |= {"fc1": layer.up, "fc2": layer.down}
        state |= {f"{decoder}.layers.{index}.{name}.weight": matrix for name, matrix in parts.items()}
        norms = {"self_attn": layer.norm, "encoder_attn": layer.cross_norm, "final": layer.feedforward_norm}
        for name, norm in norms.items():
            at = f"{decoder}.layers.{index}.{name}_layer_norm"
            state |= {f"{at}.weight": norm.weight, f"{at}.bias": norm.bias}
    return state


class GivenTexts(torch.nn.Module):
    """Stands in audiocraft's LMModel where its condition provider is, for texts that are encoded already."""

    def __init__(self, texts: Texts):
        super().__init__()
        self.texts = texts

    def tokenize(self, attributes: list[Any]) -> list[Any]:
        return attributes

    def forward(self, attributes: list[Any]) -> dict[str, tuple[Tensor, Tensor]]:
        """Zeros, hidden by the mask, where guidance has dropped the text: as audiocraft's T5 conditioner has it."""
        names = [one.text["description"] for one in attributes]
        rows = [torch.zeros_like(self.texts[0]) if name is None else self.texts[int(name)] for name in names]
        heard = torch.tensor([name is not None for name in names], device=rows[0].device)[:, None].expand(
            -1, len(rows[0])
        )
        return {"description": (torch.stack(rows), heard.long())}


def audiocraft_tokens(model: Any, texts: Texts, frames: int) -> Tensor:
    """What its own greedy `generate` gives: (requests, codebooks, frames)."""
    from audiocraft.modules.conditioners import ConditioningAttributes

    model.condition_provider = GivenTexts(texts)
    conditions = [ConditioningAttributes(text={"description": str(index)}) for index in range(len(texts))]
    tokens: Tensor = model.generate(conditions=conditions, max_gen_len=frames, use_sampling=False, cfg_coef=3.0)
    return tokens


def transformers_tokens(model: Any, texts: Texts, frames: int) -> Tensor:
    """What MusicgenForConditionalGeneration's own greedy `generate` gives: (requests, codebooks, frames).

    `model`: its decoder. The text encoder gives `texts`: text i is asked for by tokens that are all i.
    """
    from transformers import EncodecConfig, EncodecModel, MusicgenForConditionalGeneration, T5Config, T5EncoderModel
    from transformers.modeling_outputs import BaseModelOutput

    encoder: Any = T5EncoderModel(T5Config(d_model=model.config.hidden_size, d_ff=8, num_layers=1, num_heads=1))
    encoder.forward = lambda input_ids, **_rest: BaseModelOutput(torch.stack([texts[i] for i in input_ids[:, 0]]))
    codec: Any = EncodecModel(EncodecConfig(num_filters=4, hidden_size=32))
    whole: Any = MusicgenForConditionalGeneration(text_encoder=encoder, audio_encoder=codec, decoder=model)
    whole.generation_config.decoder_start_token_id = whole.generation_config.pad_token_id = PAD
    asked = torch.arange(len(texts), device=texts[0].device)[:, None].expand(-1, len(texts[0]))
    return generated_tokens(whole, frames, input_ids=asked, attention_mask=torch.ones_like(asked))


def generated_tokens(model: Any, frames: int, **inputs: Tensor) -> Tensor:
    """What a MusicgenForConditionalGeneration plays greedily, (requests, codebooks, frames): taken where it hands its
    tokens to EnCodec, once for each side."""
    sides: list[Tensor] = []

    def keep(codes: Tensor, **_rest: Any) -> Any:
        sides.append(codes[0])
        return SimpleNamespace(audio_values=torch.zeros(codes.shape[1], 1, 1))

    delayed = model.decoder.num_codebooks // model.decoder.config.audio_channels
    decode, model.audio_encoder.decode = model.audio_encoder.decode, keep
    try:
        model.generate(**inputs, max_length=frames + delayed, do_sample=False, guidance_scale=3.0)
    finally:
        model.audio_encoder.decode = decode
    return torch.stack(sides, dim=2).flatten(1, 2)


def guided(texts: Texts) -> tuple[Tensor, Tensor]:
    """States and mask of all texts, then of as many that are none: as transformers lays guidance out."""
    states = torch.stack(texts)
    mask = torch.ones(states.shape[:2], dtype=torch.long)
    return torch.cat([states, torch.zeros_like(states)]), torch.cat([mask, torch.zeros_like(mask)])
