"""Small checkpoints with random weights in the real layouts: what the pretrained set loads in tests.

`python -m tests.checkpoints FOLDER` writes them for trying `AURAL_MODELS=pretrained AURAL_WEIGHTS=FOLDER`
without the hub. Same architectures, file names and formats as the published ones, a few layers instead of
many; the music is noise. The same files come out every time. What the published repositories hold besides is in
tests/published.py.
"""

from __future__ import annotations

import argparse
import hashlib
import string
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from omegaconf import OmegaConf
from torch import Tensor

from models.cards import CLAP, ENCODEC_32KHZ, MUSICGEN, T5_BASE, Card, musicgen_card
from models.weights import files_of, repo_folder
from tests.codec_checkpoint import CODEC_POINTER, codec_package, write_encodec
from tests.converted import write_musicgen_transformers

WIDTH, LAYERS, HEADS, TEXT_WIDTH = 64, 2, 4, 768
CODEBOOK_SIZE = 2048

TUNED = musicgen_card("someone/musicgen-tuned")
"""musicgen-small's very weights in transformers' layout, as a fine-tune is published."""


def write_hub_cache(folder: Path) -> Path:
    """Write the pretrained set's checkpoints, mono and stereo, and TUNED, into a hub-cache folder and return it."""
    with torch.random.fork_rng(devices=[]):
        for seed, (card, write) in enumerate(
            [
                (MUSICGEN["musicgen-small"], write_musicgen),
                (MUSICGEN["musicgen-stereo-small"], lambda into: write_musicgen(into, stereo=True)),
                (ENCODEC_32KHZ, write_encodec),
                (T5_BASE, write_t5),
                (CLAP, write_clap),
                (TUNED, lambda into: write_musicgen_transformers(into, folder)),
            ]
        ):
            torch.manual_seed(seed)
            store(card, folder, write)
    return folder


def store(card: Card, folder: Path, write: Callable[[Path], None]) -> None:
    """Write one repository as the hub client does: its files under a revision, here a digest of them."""
    repo = repo_folder(folder, card.repo)
    (repo / "snapshots").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=repo) as scratch:
        write(Path(scratch))
        digest = hashlib.sha1()
        for path in sorted(Path(scratch).iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        revision = repo / "snapshots" / digest.hexdigest()
        revision.mkdir(exist_ok=True)
        for path in Path(scratch).iterdir():
            path.replace(revision / path.name)
    (repo / "refs").mkdir(exist_ok=True)
    (repo / "refs" / "main").write_text(revision.name)


def write_musicgen(into: Path, *, stereo: bool = False) -> None:
    """audiocraft's layout: half-precision tensors and the training configuration as YAML, two .bin files.

    As published, mono has an EnCodec of its own beside it, and stereo the name of facebook/encodec_32khz.
    """
    codebooks = 8 if stereo else 4
    config = OmegaConf.to_yaml(musicgen_config(codebooks, stereo=stereo))
    state = {name: tensor.half() for name, tensor in _language_model(codebooks).items()}
    torch.save({"best_state": state, "xp.cfg": config, "version": "1.3.0", "exported": True}, into / "state_dict.bin")
    torch.save(CODEC_POINTER if stereo else codec_package(), into / "compression_state_dict.bin")


def store_variant(
    folder: Path, name: str, change: Callable[[dict[str, Any]], None], codec: dict[str, Any] | None = None
) -> Card:
    """Write someone/NAME in audiocraft's layout: musicgen-small of the same hub-cache folder, changed.

    `change` gets what state_dict.bin holds; `codec` is what compression_state_dict.bin holds instead.
    """
    card = musicgen_card(f"someone/{name}")
    files = files_of(MUSICGEN["musicgen-small"], folder)

    def write(into: Path) -> None:
        package = torch.load(files["state_dict.bin"], weights_only=True)
        change(package)
        torch.save(package, into / "state_dict.bin")
        torch.save(codec_package() if codec is None else codec, into / "compression_state_dict.bin")

    store(card, folder, write)
    return card


def musicgen_config(codebooks: int, *, stereo: bool) -> dict[str, Any]:
    """The keys of facebook/musicgen-small's training configuration that loading reads, at test size."""
    sizes = {"dim": WIDTH, "num_heads": HEADS, "num_layers": LAYERS, "n_q": codebooks, "card": CODEBOOK_SIZE}
    shape = {
        "hidden_scale": 4,
        "dropout": 0.0,
        "activation": "gelu",
        "norm": "layer_norm",
        "norm_first": True,
    }
    biases = {"bias_ff": False, "bias_attn": False, "bias_proj": False, "zero_bias_init": True}
    attention = {"causal": True, "custom": False, "memory_efficient": True, "cross_attention": False}
    start = {"positional_embedding": "sin", "weight_init": "gaussian", "depthwise_init": "current"}
    t5 = {"name": T5_BASE.repo, "finetune": False, "word_dropout": 0.3, "normalize_text": False}
    delays = [step for step in range(4) for _ in range(codebooks // 4)]
    return {
        "lm_model": "transformer_lm",
        "compression_model_checkpoint": f"//pretrained/{ENCODEC_32KHZ.repo}",
        "compression_model_n_q": None,
        "dataset": {"segment_duration": 30},
        "interleave_stereo_codebooks": {"use": stereo, "per_timestep": False},
        "codebooks_pattern": {"modeling": "delay", "delay": {"delays": delays}},
        "transformer_lm": sizes | shape | biases | attention | start,
        "classifier_free_guidance": {"training_dropout": 0.3, "inference_coef": 3.0},
        "attribute_dropout": {"args": {"active_on_eval": False}, "text": {}, "wav": {}},
        "fuser": {"sum": [], "prepend": [], "cross": ["description"], "input_interpolate": []},
        "conditioners": {
            "args": {"merge_text_conditions_p": 0.25, "drop_desc_p": 0.5},
            "description": {"model": "t5", "t5": t5},
        },
    }


def _language_model(codebooks: int) -> dict[str, Tensor]:
    """audiocraft's LMModel by name; the scales give logits a deviation near 1.6, as trained ones have."""

    def matrix(rows: int, columns: int, gain: float = 1.0) -> Tensor:
        return torch.randn(rows, columns).mul(gain / columns**0.5)

    def norm(name: str) -> dict[str, Tensor]:
        return {f"{name}.weight": torch.ones(WIDTH), f"{name}.bias": torch.zeros(WIDTH)}

    projection = "condition_provider.conditioners.description.output_proj"
    state = {f"{projection}.weight": matrix(WIDTH, TEXT_WIDTH), f"{projection}.bias": torch.zeros(WIDTH)}
    for codebook in range(codebooks):
        state[f"emb.{codebook}.weight"] = matrix(CODEBOOK_SIZE + 1, WIDTH)
        state[f"linears.{codebook}.weight"] = matrix(CODEBOOK_SIZE, WIDTH, gain=1.6)
    for layer in range(LAYERS):
        name = f"transformer.layers.{layer}"
        for attention in ("self_attn", "cross_attention"):
            state[f"{name}.{attention}.in_proj_weight"] = matrix(3 * WIDTH, WIDTH)
            state[f"{name}.{attention}.out_proj.weight"] = matrix(WIDTH, WIDTH)
        state[f"{name}.linear1.weight"] = matrix(4 * WIDTH, WIDTH)
        state[f"{name}.linear2.weight"] = matrix(WIDTH, 4 * WIDTH)
        state |= norm(f"{name}.norm1") | norm(f"{name}.norm2") | norm(f"{name}.norm_cross")
    return state | norm("out_norm")


def write_t5(into: Path) -> None:
    """T5 of base width with one layer, and a Unigram tokenizer of letters and a few words of music."""
    from transformers import T5Config, T5ForConditionalGeneration, T5Tokenizer

    words = "a and bpm bass calm classical drums genre guitar jazz key major minor moods of piano rock synth"
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0)]
    pieces += [(f"▁{word}", -6.0) for word in words.split()]
    pieces += [(letter, -9.0) for letter in string.printable if not letter.isspace()]
    tokenizer = T5Tokenizer(vocab=pieces, extra_ids=0)
    tokenizer.save_pretrained(into)
    config = T5Config(
        vocab_size=len(pieces),
        d_model=TEXT_WIDTH,
        d_kv=8,
        d_ff=32,
        num_heads=2,
        num_layers=1,
        num_decoder_layers=1,
    )
    T5ForConditionalGeneration(config).save_pretrained(into)


def write_clap(into: Path) -> None:
    """The unfused CLAP: both towers with one layer a stage, a byte-level tokenizer, the feature extractor."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, RobertaTokenizer

    letters = sorted(ByteLevel.alphabet())
    vocab = {piece: index for index, piece in enumerate(["<s>", "<pad>", "</s>", "<unk>", *letters, "<mask>"])}
    text: dict[str, Any] = {"vocab_size": len(vocab), "hidden_size": 64, "intermediate_size": 128}
    text |= {"num_hidden_layers": 1, "num_attention_heads": 4}
    audio: dict[str, Any] = {"depths": [1, 1, 1, 1], "patch_embeds_hidden_size": 16, "hidden_size": 128}
    model: Any = ClapModel(ClapConfig(text_config=text, audio_config=audio))
    # Trained statistics of log-mel bands lie about here; at 0 and 1 every clip would look alike.
    model.audio_model.audio_encoder.batch_norm.running_mean.fill_(-30.0)
    model.audio_model.audio_encoder.batch_norm.running_var.fill_(20.0**2)
    model.save_pretrained(into)
    ClapFeatureExtractor(truncation="rand_trunc", padding="repeatpad").save_pretrained(into)
    RobertaTokenizer(vocab=vocab, merges=[]).save_pretrained(into)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.checkpoints", description=__doc__)
    parser.add_argument("folder", type=Path, help="a hub-cache folder, made if need be")
    print(write_hub_cache(parser.parse_args().folder))
