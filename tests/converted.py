"""MusicGen's checkpoint in transformers' layout, converted from one in audiocraft's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from omegaconf import OmegaConf
from torch import Tensor

from models.cards import ENCODEC_32KHZ, MUSICGEN, T5_BASE
from models.weights import files_of, snapshot


def write_musicgen_transformers(into: Path, folder: Path, *, stereo: bool = False, **saving: Any) -> None:
    """transformers' layout, in float32, of what a hub-cache folder holds of a MusicGen in audiocraft's.

    `saving`: for save_pretrained, such as max_shard_size.
    """
    from transformers import (
        EncodecModel,
        MusicgenDecoderConfig,
        MusicgenForCausalLM,
        MusicgenForConditionalGeneration,
        T5EncoderModel,
        T5Tokenizer,
    )

    source = MUSICGEN["musicgen-stereo-small" if stereo else "musicgen-small"]
    package = torch.load(files_of(source, folder)["state_dict.bin"], weights_only=True)
    sizes = OmegaConf.create(package["xp.cfg"]).transformer_lm
    text = snapshot(T5_BASE, folder)
    decoder: Any = MusicgenForCausalLM(
        MusicgenDecoderConfig(
            hidden_size=sizes.dim,
            num_hidden_layers=sizes.num_layers,
            num_attention_heads=sizes.num_heads,
            ffn_dim=sizes.hidden_scale * sizes.dim,
            num_codebooks=sizes.n_q,
            audio_channels=2 if stereo else 1,
        )
    )
    model: Any = MusicgenForConditionalGeneration(
        text_encoder=T5EncoderModel.from_pretrained(text, local_files_only=True),
        # What the source plays through: its own, whose weights here are those of ENCODEC_32KHZ, or that one itself.
        audio_encoder=EncodecModel.from_pretrained(snapshot(ENCODEC_32KHZ, folder), local_files_only=True),
        decoder=decoder,
    )
    own = {name: tensor for name, tensor in model.state_dict().items() if name.startswith(("text_enc", "audio_enc"))}
    model.load_state_dict(own | in_transformers_names(package["best_state"]))
    model.generation_config.decoder_start_token_id = sizes.card
    model.generation_config.pad_token_id = sizes.card
    model.save_pretrained(into, **saving)
    T5Tokenizer.from_pretrained(text, local_files_only=True).save_pretrained(into)


def in_transformers_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """audiocraft's tensors of the language model by transformers' names, the packed projections taken apart."""
    renamed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        for pattern, replacement in TRANSFORMERS_NAMES:
            name = re.sub(pattern, replacement, name)
        if name.endswith("in_proj_weight"):
            for part, matrix in zip("qkv", tensor.chunk(3), strict=True):
                renamed[name.replace("in_proj_weight", f"{part}_proj.weight")] = matrix
        else:
            renamed[name] = tensor
    return renamed


TRANSFORMERS_NAMES = [
    (r"^condition_provider\.conditioners\.description\.output_proj", "enc_to_dec_proj"),
    (r"^emb\.", "decoder.model.decoder.embed_tokens."),
    (r"^linears\.", "decoder.lm_heads."),
    (r"^out_norm", "decoder.model.decoder.layer_norm"),
    (r"^transformer\.", "decoder.model.decoder."),
    (r"\.norm1\.", ".self_attn_layer_norm."),
    (r"\.norm_cross\.", ".encoder_attn_layer_norm."),
    (r"\.norm2\.", ".final_layer_norm."),
    (r"\.cross_attention\.", ".encoder_attn."),
    (r"\.linear([12])\.", r".fc\1."),
]
