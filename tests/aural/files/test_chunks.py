"""The chunks of a WAV that nothing here reads by itself: ACID, iXML and XMP, against what their specifications say."""

from __future__ import annotations

import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from aural.files.riff import chunks
from aural.files.tags import Tags
from aural.files.wav import WavParts, wav_bytes
from aural.theory.keys import ALL_KEYS, Key
from aural.theory.metre import METRES, MetreName
from aural.types import BY_RULE, TRAINED, Origin, Take
from tests.aural.files.takes import BODY, IPTC, NASTY, READABLE, SAMPLES, tags, take

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
MUSIC = "{http://ns.adobe.com/xmp/1.0/DynamicMedia/}"
SOURCE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
ONE_SHOT, ROOT_SET, STRETCHES, ROOT_FROM_C4 = 1, 2, 4, 16


def chunk(name: bytes, made: Take, told: Tags | None = None) -> bytes:
    return dict(chunks(wav_bytes(made, told or tags(made=made))[12:]))[name]


def acid(made: Take) -> tuple[float, ...]:
    return struct.unpack("<IHHfIHHf", chunk(b"acid", made))


def xmp(made: Take, told: Tags | None = None) -> ElementTree.Element:
    packet = chunk(b"_PMX", made, told).decode()
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert packet.endswith('<?xpacket end="w"?>')
    (description,) = ElementTree.fromstring(packet).iter(f"{RDF}Description")
    return description


def test_acid_has_the_beats_of_whole_bars() -> None:
    made = replace(take(bars=2), metre="3/4", bpm=90.0)
    assert acid(made) == (STRETCHES | ROOT_SET | ROOT_FROM_C4, 66, 0x8000, 0.0, 6, 4, 3, 90.0)


@pytest.mark.parametrize(
    ("metre", "quarters", "figures", "tempo"),
    [("4/4", 8, (4, 4), 80.0), ("5/4", 10, (4, 5), 80.0), ("6/8", 6, (8, 6), 120.0), ("12/8", 12, (8, 12), 120.0)],
)
def test_acid_counts_quarters(metre: MetreName, quarters: int, figures: tuple[int, int], tempo: float) -> None:
    """Two bars at 80 beats a minute, which are dotted quarters where an eighth counts: 1.5 quarters each."""
    made = replace(take(bars=2), metre=metre, bpm=80.0)
    assert acid(made)[4:] == (quarters, *figures, tempo)
    assert quarters * 60 / tempo == METRES[metre].beats * 2 * 60 / 80, "the same seconds"
    assert xmp(made).findtext(f"{MUSIC}timeSignature") == metre
    assert xmp(made).findtext(f"{MUSIC}numberOfBeats") == str(2 * METRES[metre].beats)
    assert ElementTree.fromstring(chunk(b"iXML", made)).findtext("ASWG/timeSig") == metre


def test_acid_of_music_that_is_no_loop_is_a_one_shot() -> None:
    made = replace(take(bars=0, key=None), bpm=95.0, exact=False)
    assert acid(made) == (ONE_SHOT, 60, 0x8000, 0.0, 3, 4, 4, 95.0), "two seconds at 95 are 3.2 beats"
    assert acid(replace(made, bpm=1.0))[4] == 1


def test_without_a_tempo_there_is_no_acid() -> None:
    made = replace(take(), bpm=None)
    assert b"acid" not in dict(chunks(wav_bytes(made, tags(made=made))[12:]))


@pytest.mark.parametrize("key", ALL_KEYS, ids=str)
def test_every_key_has_its_root_and_its_names(key: Key) -> None:
    made = take(key=str(key))
    tonic = key.tonic
    assert acid(made)[1] == struct.unpack_from("<4I", chunk(b"smpl", made))[3] == 60 + tonic
    sharps = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    assert xmp(made).findtext(f"{MUSIC}key") == sharps[tonic], "XMP's list of keys is closed"
    assert str(key).endswith(xmp(made).findtext(f"{MUSIC}scaleType", "?").lower())


@pytest.mark.parametrize("origin", [BY_RULE, TRAINED])
def test_xmp_says_in_the_field_of_the_iptc_that_a_machine_made_it(origin: Origin) -> None:
    made = take(origin=origin)
    told = xmp(made)
    assert told.findtext(f"{SOURCE}DigitalSourceType") == f"{IPTC}{origin}"
    model, prompt = told.findtext(f"{SOURCE}AISystemUsed"), told.findtext(f"{SOURCE}AIPromptInformation")
    assert (model, prompt) == (("sketch-1", "calm piano") if origin == TRAINED else (None, None))


def test_xmp_tells_tempo_beats_metre_and_rights() -> None:
    told = xmp(take())
    names = ("tempo", "loop", "numberOfBeats", "timeSignature", "genre")
    assert [told.findtext(f"{MUSIC}{name}") for name in names] == ["120", "True", "4", "4/4", "ambient"]
    assert [told.findtext(f"{DC}{name}/{RDF}Alt/{RDF}li") for name in ("title", "rights")] == ["calm piano", "CC0-1.0"]
    bare = xmp(replace(take(bars=0, key=None), bpm=None, exact=False))
    assert [bare.findtext(f"{MUSIC}{name}") for name in (*names[:4], "key")] == [None, "False", None, None, None]


def test_ixml_has_the_fields_of_the_game_audio_group() -> None:
    root = ElementTree.fromstring(chunk(b"iXML", take()))
    assert root.tag == "BWFXML"
    told = {field.tag: field.text for field in root.findall("ASWG/*")}
    assert str(told.pop("originator")).startswith("Aural Architect")
    assert told == {
        "contentType": "Music",
        "songTitle": "calm piano",
        "usageRights": "CC0-1.0",
        "genre": "ambient",
        "tempo": "120",
        "timeSig": "4/4",
        "inKey": "F#m",
        "isLoop": "true",
    }
    assert f"digital_source_type={IPTC}algorithmicMedia" in root.findtext("USER", "")


def test_any_prompt_is_well_formed_xml_and_comes_back() -> None:
    made = take()
    assert xmp(made, tags(NASTY)).findtext(f"{DC}description/{RDF}Alt/{RDF}li") == READABLE
    assert ElementTree.fromstring(chunk(b"iXML", made, tags(NASTY))).findtext("NOTE") == READABLE
    every = "".join(map(chr, range(0x300)))
    ElementTree.fromstring(chunk(b"iXML", made, tags(every)))
    ElementTree.fromstring(chunk(b"_PMX", made, tags(every)).decode())


@pytest.mark.parametrize("prompt", ["even", "odd", NASTY, "🎹" * 5000])
def test_the_size_is_known_before_the_samples_are(prompt: str) -> None:
    parts = WavParts(SAMPLES, tags(prompt))
    whole = wav_bytes(take(), tags(prompt))
    assert parts.size_bytes == len(whole)
    assert whole.startswith(parts.head)
    assert whole.endswith(parts.tail)
    assert tags().loop_end == BODY
