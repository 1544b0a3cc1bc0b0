"""What public sources say of the published repositories: revisions, sizes and hashes of files. No torch.

Nothing loads by it, and nothing is refused for it: a source may be wrong, and repositories move on. `make
verify-pretrained` compares with it, and docs/explanation/loaders.md says which loader stands on what. Each
file's `sources` are independent of each other; what only one says is marked by having one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WEBGPU = "damiant3/Cobblestone: notes on a WebGPU port, measured on small and medium"
WORKER = "Beyon-Digital/VOID: evidence of an offline worker, small at 4c8334b0"
PAGE = "a stored page of facebook/musicgen-large"
PINS = "lists of files that several public repositories pin"


@dataclass(frozen=True)
class PublishedFile:
    """`sha256` empty: not seen anywhere."""

    size_bytes: int
    sha256: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """`revision`: the commit at which the files were seen."""

    revision: str
    files: Mapping[str, PublishedFile]


MONO_CODEC = PublishedFile(
    236_001_935,
    "37d256b525d4117f8bbf790ab448a8e9f4746cd401900fe1ae72e154b1513a30",
    (WEBGPU, WORKER, PAGE),
)
"""compression_state_dict.bin: byte for byte the same in small, medium and large; an EnCodec by its size and tensors."""

PUBLISHED: Mapping[str, Published] = {
    "facebook/musicgen-small": Published(
        "4c8334b02c6ec4e8664a91979669a501ec497792",
        {
            "state_dict.bin": PublishedFile(
                840_843_863, "830fe5771e2835cbd305f3ffdda22d3ff38718fbbe8274bd19dc203265de7244", (WORKER,)
            ),
            "compression_state_dict.bin": MONO_CODEC,
        },
    ),
    "facebook/musicgen-medium": Published(
        "d3bd7b00761b78ad7a8a05145ee31e7832e9916c",
        {
            "state_dict.bin": PublishedFile(3_677_668_599, "", (WEBGPU,)),
            "compression_state_dict.bin": MONO_CODEC,
        },
    ),
    "facebook/musicgen-large": Published(
        "15ccdc92099879e47b6da12c350cdb71d4eab3ca", {"compression_state_dict.bin": MONO_CODEC}
    ),
    "t5-base": Published(
        "a9723ea7f1b39c1eae772870f3b547bf6ef7e6c1",
        {
            "config.json": PublishedFile(
                1_208, "46dd7cb62d29c81fb551e0ef1ea274c24a46ba441eeb948897706252933df033", (WORKER, PINS)
            ),
            "model.safetensors": PublishedFile(
                891_646_390, "a90903540cc02cbeb7ff9f823f1a80eb778c7e22426a0e620b01c77a5ec8f5b4", (WORKER, PINS)
            ),
            "tokenizer.json": PublishedFile(
                1_389_353, "d2acde0d8d71dd30a711834b07781b9c89feaac33fd332f60507699282740066", (WORKER, PINS)
            ),
        },
    ),
    "laion/clap-htsat-unfused": Published(
        "8fa0f1c6d0433df6e97c127f64b2a1d6c0dcda8a",
        {
            "config.json": PublishedFile(
                5_390, "9efb9557bc804f2ca6e394486af2e45dfed0b18554909735a99c6220b84e4288", (PINS,)
            ),
            "preprocessor_config.json": PublishedFile(
                541, "9739f58296aa6f9ac18008fd0150fb2649bc554985fbde86d0a4041c882ac753", (PINS,)
            ),
            "pytorch_model.bin": PublishedFile(
                614_525_833, "1cd3c601bc4afe0fa87be3de4c13dd2cfadd249fac1e29acf74a9b296c3219bb", (PINS,)
            ),
            "tokenizer.json": PublishedFile(
                2_108_746, "77ef92283d67f0d97e1454909a964afcbfa2019f0fb9f18f8e88d5c25c3ba729", (PINS,)
            ),
            "tokenizer_config.json": PublishedFile(
                384, "377f91458f7729a4574a84c77bdce67dbc3c58c1a345a29bbf8c4eb1307948a3", (PINS,)
            ),
        },
    ),
}
