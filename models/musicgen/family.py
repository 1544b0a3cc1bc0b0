"""Whether a checkpoint is a MusicGen as the engine plays it, by its configuration, and of which shape.

Tensor names tell the rest (see layouts.Tensors.refuse_others): here is what leaves no trace in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.cards import ENCODEC_32KHZ, T5_BASE
from models.musicgen.layouts import outsider
from models.musicgen.shape import CODEBOOK_SIZE, FRAMES_PER_S, Shape

MONO_DELAYS = (0, 1, 2, 3)
STEREO_DELAYS = (0, 0, 1, 1, 2, 2, 3, 3)
RATE_HZ = 32_000

AUDIOCRAFT: Mapping[str, tuple[Any, Any]] = {
    "lm_model": ("transformer_lm", None),
    "transformer_lm.card": (CODEBOOK_SIZE, 1024),
    "transformer_lm.activation": ("gelu", "relu"),
    "transformer_lm.norm": ("layer_norm", "layer_norm"),
    "transformer_lm.norm_first": (True, False),
    "transformer_lm.causal": (True, False),
    "transformer_lm.past_context": (None, None),
    "transformer_lm.kv_repeat": (1, 1),
    "transformer_lm.positional_embedding": ("sin", "sin"),
    "transformer_lm.positional_scale": (1, 1),
    "transformer_lm.max_period": (10_000, 10_000),
    "codebooks_pattern.delay.flatten_first": (0, 0),
    "codebooks_pattern.delay.empty_initial": (0, 0),
    "interleave_stereo_codebooks.per_timestep": (False, False),
    "fuser.cross": (["description"], None),
    "fuser.sum": ([], []),
    "fuser.prepend": ([], []),
    "fuser.input_interpolate": ([], []),
    "fuser.cross_attention_pos_emb": (False, False),
    "conditioners.description.model": ("t5", None),
    "conditioners.description.t5.name": (T5_BASE.repo, None),
    "conditioners.description.t5.finetune": (False, None),
    "conditioners.description.t5.normalize_text": (False, False),
}
"""By key of the training configuration: what it must be, and what audiocraft 1.3 takes where it is absent."""

TRANSFORMERS: Mapping[str, Any] = {
    "text_encoder.model_type": "t5",
    "audio_encoder.model_type": "encodec",
    "decoder.vocab_size": CODEBOOK_SIZE,
    "decoder.activation_function": "gelu",
    "decoder.scale_embedding": False,
    "decoder.cross_attention_hidden_size": None,
}

ENCODEC: Mapping[str, Any] = {
    "sampling_rate": RATE_HZ,
    "frame_rate": FRAMES_PER_S,
    "audio_channels": 1,
    "codebook_size": CODEBOOK_SIZE,
    "num_quantizers": len(MONO_DELAYS),
    "normalize": False,
    "chunk_length_s": None,
}


def audiocraft_shape(repo: str, yaml: str) -> Shape:
    """From the training configuration in audiocraft's checkpoint. Raises MissingWeights for what is no MusicGen."""
    from omegaconf import OmegaConf

    config = OmegaConf.create(yaml)

    def value(key: str, default: Any = None) -> Any:
        found = OmegaConf.select(config, key)
        return default if found is None else OmegaConf.to_container(found) if OmegaConf.is_config(found) else found

    # The first trainings named their pattern elsewhere.
    pattern = value("codebooks_pattern.modeling", value("transformer_lm.q_modeling"))
    if pattern != "delay":
        raise outsider(repo, f"lays its codebooks out in the pattern {pattern!r}, not 'delay'")
    for key, (needed, default) in AUDIOCRAFT.items():
        if value(key, default) != needed:
            raise outsider(repo, f"was trained with {key} = {value(key, default)!r}, not {needed!r}")
    width = value("transformer_lm.dim")
    shape = Shape(
        layers=value("transformer_lm.num_layers"),
        width=width,
        heads=value("transformer_lm.num_heads"),
        feedforward=int(value("transformer_lm.hidden_scale", 4) * width),
        delays=tuple(value("codebooks_pattern.delay.delays") or range(value("transformer_lm.n_q"))),
    )
    stereo = bool(value("interleave_stereo_codebooks.use", False))
    if shape.delays != (STEREO_DELAYS if stereo else MONO_DELAYS) or shape.codebooks != value("transformer_lm.n_q"):
        sides = "stereo" if stereo else "mono"
        raise outsider(repo, f"is {sides} with {value('transformer_lm.n_q')} codebooks delayed by {shape.delays}")
    return shape


def transformers_shape(repo: str, config: Any) -> Shape:
    """From a MusicgenConfig. Raises MissingWeights for what is no MusicGen."""
    _require(repo, config, TRANSFORMERS)
    decoder = config.decoder
    delays = STEREO_DELAYS if decoder.audio_channels == 2 else MONO_DELAYS  # as transformers' own generate lags them
    if decoder.num_codebooks != len(delays):
        raise outsider(repo, f"has {decoder.num_codebooks} codebooks for {decoder.audio_channels} channels")
    return Shape(
        layers=decoder.num_hidden_layers,
        width=decoder.hidden_size,
        heads=decoder.num_attention_heads,
        feedforward=decoder.ffn_dim,
        delays=delays,
    )


def check_codec(repo: str, config: Any) -> None:
    """Raises MissingWeights unless an EncodecConfig is that of the 32 kHz codec, all that the family was trained on."""
    _require(repo, config, ENCODEC)


def check_codec_pointer(repo: str, package: Mapping[str, Any]) -> None:
    """Raises MissingWeights unless audiocraft's compression checkpoint only names facebook/encodec_32khz."""
    named = package.get("pretrained")
    if named != ENCODEC_32KHZ.repo:
        fact = f"plays through {named}" if named else "carries a codec of its own in audiocraft's format"
        raise outsider(repo, f"{fact}, not through {ENCODEC_32KHZ.repo}")


def _require(repo: str, config: Any, values: Mapping[str, Any]) -> None:
    for key, needed in values.items():
        value = config
        for part in key.split("."):
            value = getattr(value, part)
        if value != needed:
            raise outsider(repo, f"is configured with {key} = {value!r}, not {needed!r}")
