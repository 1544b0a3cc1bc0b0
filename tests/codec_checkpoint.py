"""A small 32 kHz EnCodec with random weights, in the three forms in which MusicGens have theirs.

By itself in transformers' layout, in audiocraft's own, and as audiocraft's pointer to the first.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from omegaconf import OmegaConf

from models.cards import ENCODEC_32KHZ

CODEC_WIDTH, CODEC_FILTERS, CODEBOOK_SIZE = 32, 4, 2048

CODEC_POINTER = {"pretrained": ENCODEC_32KHZ.repo, "exported": True, "version": "1.3.0"}
"""As audiocraft's export_pretrained_compression_model writes it."""


def codec_package(**seanet: Any) -> dict[str, Any]:
    """An EnCodec as audiocraft's export_encodec writes it: the weights of `write_encodec`, in audiocraft's names.

    `seanet`: of its configuration, instead of what the published codec has.
    """
    state = {in_audiocraft_names(name): tensor for name, tensor in small_encodec().state_dict().items()}
    config = OmegaConf.to_yaml(codec_config(**seanet))
    return {"best_state": state, "xp.cfg": config, "version": "1.3.0", "exported": True}


def in_audiocraft_names(name: str) -> str:
    """Of EnCodec's tensors, from transformers' names."""
    for pattern, replacement in [
        (r"^quantizer\.layers", "quantizer.vq.layers"),
        (r"\.codebook\.", "._codebook."),
        (r"^(encoder|decoder)\.layers\.", r"\1.model."),
        (r"^(decoder\.model\.(?:3|6|9|12))\.conv\.", r"\1.convtr.convtr."),
        (r"\.conv\.", ".conv.conv."),
        (r"parametrizations\.weight\.original0", "weight_g"),
        (r"parametrizations\.weight\.original1", "weight_v"),
    ]:
        name = re.sub(pattern, replacement, name)
    return name


def codec_config(**seanet: Any) -> dict[str, Any]:
    """The keys of the 32 kHz codec's training configuration that loading reads, at test size."""
    network = {"dimension": CODEC_WIDTH, "n_filters": CODEC_FILTERS, "ratios": [8, 5, 4, 4], "n_residual_layers": 1}
    network |= {"channels": "${channels}", "causal": "${encodec.causal}", "pad_mode": "reflect", "true_skip": True}
    network |= {"activation": "ELU", "activation_params": {"alpha": 1.0}, "norm": "weight_norm", "norm_params": {}}
    network |= {"kernel_size": 7, "residual_kernel_size": 3, "last_kernel_size": 7, "dilation_base": 2, "compress": 2}
    network |= {"lstm": 2, "disable_norm_outer_blocks": 0, "encoder": {}}
    network |= {"decoder": {"trim_right_ratio": 1.0, "final_activation": None, "final_activation_params": None}}
    autoencoder = {"autoencoder": "seanet", "quantizer": "rvq", "causal": False, "renormalize": False}
    quantizer = {"n_q": 4, "bins": CODEBOOK_SIZE, "q_dropout": False, "decay": 0.99, "kmeans_init": True}
    return {
        "compression_model": "encodec",
        "channels": 1,
        "sample_rate": 32_000,
        "encodec": {**autoencoder, "sample_rate": "${sample_rate}", "channels": "${channels}"},
        "seanet": network | seanet,
        "rvq": quantizer | {"kmeans_iters": 50, "threshold_ema_dead_code": 2},
    }


def write_encodec(into: Path) -> None:
    """The 32 kHz codec in transformers' layout: 50 frames a second, 4 codebooks of 2048."""
    small_encodec().save_pretrained(into)


def small_encodec() -> Any:
    """transformers' EncodecModel; the same weights every time."""
    from transformers import EncodecConfig, EncodecModel

    config = EncodecConfig(
        sampling_rate=32_000,
        target_bandwidths=[2.2],
        upsampling_ratios=[8, 5, 4, 4],
        codebook_size=CODEBOOK_SIZE,
        hidden_size=CODEC_WIDTH,
        num_filters=CODEC_FILTERS,
        use_causal_conv=False,
        use_conv_shortcut=False,
    )
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(2)
        model: Any = EncodecModel(config)
        for layer in model.quantizer.layers:
            layer.codebook.embed.copy_(10 * torch.randn_like(layer.codebook.embed))
        for name, parameter in model.named_parameters():
            if name.endswith("conv.bias"):  # or every output would be one and the same drone, whatever the tokens
                parameter.zero_()
        model.decoder.layers[-1].conv.parametrizations.weight.original0.mul_(2)  # to an RMS near 0.1
        # Music at an RMS of 0.1 to numbers as large as the codebooks' are, or all of it would be the same few tokens.
        model.encoder.layers[0].conv.parametrizations.weight.original0.mul_(10)
        model.encoder.layers[-1].conv.parametrizations.weight.original0.mul_(3000)
    return model
