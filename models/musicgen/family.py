"""Whether a checkpoint is a MusicGen as the engine plays it, by its configuration, and of which shape.

Tensor names tell the rest (see layouts.CheckpointTensors.refuse_unused): here is what leaves no trace in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.cards import T5_BASE
from models.musicgen.layouts import unsupported_checkpoint
from models.musicgen.shape import CODEBOOK_SIZE, FRAMES_PER_S, Shape

Select = Callable[..., Any]
"""A key of a training configuration, and what is taken where it is absent or null."""

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
    "conditioners.description.t5.finetune": (False, None),
    "conditioners.description.t5.normalize_text": (False, False),
}
"""By key of the training configuration: what it must be, and what audiocraft 1.3 takes where it is absent."""

AUDIOCRAFT_CODEC: Mapping[str, tuple[Any, Any]] = {
    "compression_model": ("encodec", None),
    "encodec.autoencoder": ("seanet", None),
    "encodec.quantizer": ("rvq", None),
    "encodec.sample_rate": (RATE_HZ, None),
    "encodec.channels": (1, None),
    "encodec.causal": (False, False),
    "encodec.renormalize": (False, False),
    "seanet.causal": (False, False),
    "seanet.activation": ("ELU", "ELU"),
    "seanet.activation_params": ({"alpha": 1.0}, {"alpha": 1.0}),
    "seanet.norm": ("weight_norm", "none"),
    "seanet.n_residual_layers": (1, 3),
    "seanet.kernel_size": (7, 7),
    "seanet.last_kernel_size": (7, 7),
    "seanet.residual_kernel_size": (3, 3),
    "seanet.dilation_base": (2, 2),
    "seanet.disable_norm_outer_blocks": (0, 0),
    "seanet.encoder": ({}, {}),
    "seanet.decoder.final_activation": (None, None),
    "rvq.n_q": (len(MONO_DELAYS), 8),
    "rvq.bins": (CODEBOOK_SIZE, 1024),
}
"""The same of the codec's own training configuration."""

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
    value = _config_getter(yaml)
    # The first trainings named their pattern elsewhere.
    pattern = value("codebooks_pattern.modeling", value("transformer_lm.q_modeling"))
    if pattern != "delay":
        raise unsupported_checkpoint(repo, f"lays its codebooks out in the pattern {pattern!r}, not 'delay'")
    _check_training(repo, value, AUDIOCRAFT)
    if (text := value("conditioners.description.t5.name")) not in T5_BASE.repos:
        raise unsupported_checkpoint(repo, f"hears text through {text}, not {T5_BASE.repo}")
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
        raise unsupported_checkpoint(
            repo, f"is {sides} with {value('transformer_lm.n_q')} codebooks delayed by {shape.delays}"
        )
    return shape


def transformers_shape(repo: str, config: Any) -> Shape:
    """From a MusicgenConfig. Raises MissingWeights for what is no MusicGen."""
    _require(repo, config, TRANSFORMERS)
    decoder = config.decoder
    delays = STEREO_DELAYS if decoder.audio_channels == 2 else MONO_DELAYS  # as transformers' own generate lags them
    if decoder.num_codebooks != len(delays):
        raise unsupported_checkpoint(
            repo, f"has {decoder.num_codebooks} codebooks for {decoder.audio_channels} channels"
        )
    return Shape(
        layers=decoder.num_hidden_layers,
        width=decoder.hidden_size,
        heads=decoder.num_attention_heads,
        feedforward=decoder.ffn_dim,
        delays=delays,
    )


def audiocraft_codec_config(repo: str, yaml: str) -> Any:
    """transformers' EncodecConfig from the training configuration in audiocraft's own checkpoint of a codec.

    Raises MissingWeights unless it is the 32 kHz codec, all that the family was trained on.
    """
    from transformers import EncodecConfig

    value = _config_getter(yaml)
    _check_training(repo, value, AUDIOCRAFT_CODEC)
    config = EncodecConfig(
        sampling_rate=RATE_HZ,
        target_bandwidths=[2.2],  # kbit/s: four codebooks of 11 bits, 50 times a second
        codebook_size=CODEBOOK_SIZE,
        hidden_size=value("seanet.dimension", 128),
        num_filters=value("seanet.n_filters", 32),
        upsampling_ratios=value("seanet.ratios", [8, 5, 4, 2]),
        compress=value("seanet.compress", 2),
        num_lstm_layers=value("seanet.lstm", 0),
        use_conv_shortcut=not value("seanet.true_skip", True),
        pad_mode=value("seanet.pad_mode", "reflect"),
        use_causal_conv=False,
    )
    check_codec(repo, config)
    return config


def check_codec(repo: str, config: Any) -> None:
    """Raises MissingWeights unless an EncodecConfig is that of the 32 kHz codec."""
    _require(repo, config, ENCODEC)


def _config_getter(yaml: str) -> Select:
    from omegaconf import OmegaConf

    config = OmegaConf.create(yaml)

    def value(key: str, default: Any = None) -> Any:
        found = OmegaConf.select(config, key)
        return default if found is None else OmegaConf.to_container(found) if OmegaConf.is_config(found) else found

    return value


def _check_training(repo: str, value: Select, needs: Mapping[str, tuple[Any, Any]]) -> None:
    for key, (needed, default) in needs.items():
        if value(key, default) != needed:
            raise unsupported_checkpoint(repo, f"was trained with {key} = {value(key, default)!r}, not {needed!r}")


def _require(repo: str, config: Any, values: Mapping[str, Any]) -> None:
    for key, needed in values.items():
        value = config
        for part in key.split("."):
            value = getattr(value, part)
        if value != needed:
            raise unsupported_checkpoint(repo, f"is configured with {key} = {value!r}, not {needed!r}")
