"""Ensembles: a name that says who plays, down to the last of them."""

from __future__ import annotations

from dataclasses import dataclass

from models.sketch.intent import RequestedInstrument
from models.sketch.prompt.notation import players


@dataclass(frozen=True)
class Ensemble:
    """`members`: all of them but the drummer, each with the role that falls to it. `instead`: where one of them is not
    wanted. `drums`: whether a drummer belongs to it."""

    style_id: str
    members: tuple[RequestedInstrument, ...]
    drums: bool = False
    instead: tuple[RequestedInstrument, ...] = ()


_STRING_QUARTET = "violin melody, violin counter, viola arp, cello bass"
_JAZZ_RHYTHM = "piano chords melody, upright_bass bass"
ENSEMBLES: dict[str, Ensemble] = {
    "string quartet": Ensemble("classical", players(_STRING_QUARTET)),
    "string quintet": Ensemble(
        "classical", players("violin melody, violin counter, viola arp, cello pad, contrabass bass")
    ),
    "string sextet": Ensemble("classical", players("violin melody, violin counter, viola arp, viola pad, cello bass")),
    "string trio": Ensemble("classical", players("violin melody, viola arp, cello bass")),
    "string duo": Ensemble("classical", players("violin melody, cello bass")),
    "piano trio": Ensemble("classical", players("piano chords, violin melody, cello counter")),
    "piano quartet": Ensemble("classical", players("piano chords, violin melody, viola counter, cello bass")),
    "piano quintet": Ensemble("classical", players(f"piano chords, {_STRING_QUARTET}")),
    "piano duet": Ensemble("classical", players("piano chords melody")),
    "guitar duet": Ensemble("classical", players("nylon melody, nylon chords")),
    "guitar duo": Ensemble("classical", players("nylon melody, nylon chords")),
    "guitar quartet": Ensemble("classical", players("nylon melody, nylon chords, nylon arp, nylon counter")),
    "violin duet": Ensemble("classical", players("violin melody, violin counter")),
    "flute duet": Ensemble("classical", players("flute melody, flute counter")),
    "cello duet": Ensemble("classical", players("cello melody, cello counter")),
    "cello quartet": Ensemble("classical", players("cello melody, cello counter, cello arp, cello_low bass")),
    "wind quintet": Ensemble("classical", players("flute melody, oboe counter, clarinet arp, horn pad, bassoon bass")),
    "wind trio": Ensemble("classical", players("oboe melody, clarinet arp, bassoon bass")),
    "wind octet": Ensemble("classical", players("oboe melody, clarinet counter, horn arp, bassoon bass")),
    "brass quintet": Ensemble(
        "classical", players("trumpet melody, trumpet counter, horn arp, trombone pad, tuba bass")
    ),
    "brass quartet": Ensemble("classical", players("trumpet melody, trumpet counter, horn arp, trombone bass")),
    "brass trio": Ensemble("classical", players("trumpet melody, horn arp, trombone bass")),
    "brass ensemble": Ensemble(
        "classical", players("trumpet melody, trumpet counter, horn arp, trombone pad, tuba bass")
    ),
    "brass band": Ensemble(
        "classical", players("trumpet melody, trumpet counter, horn arp, trombone pad, tuba bass"), drums=True
    ),
    "saxophone quartet": Ensemble(
        "jazz", players("soprano_sax melody, alto_sax counter, tenor_sax arp, baritone_sax bass")
    ),
    "recorder ensemble": Ensemble("classical", players("recorder melody, recorder counter, recorder arp")),
    "clarinet trio": Ensemble("classical", players("clarinet melody, cello counter, piano chords")),
    "jazz trio": Ensemble("jazz", players(_JAZZ_RHYTHM), True, players("jazz_guitar chords melody, upright_bass bass")),
    "jazz piano trio": Ensemble("jazz", players(_JAZZ_RHYTHM), True),
    "jazz quartet": Ensemble(
        "jazz",
        players(f"sax melody, {_JAZZ_RHYTHM}"),
        True,
        players("sax melody, jazz_guitar chords, upright_bass bass"),
    ),
    "jazz quintet": Ensemble("jazz", players(f"trumpet melody, sax counter, {_JAZZ_RHYTHM}"), True),
    "jazz sextet": Ensemble("jazz", players(f"trumpet melody, sax counter, trombone pad, {_JAZZ_RHYTHM}"), True),
    "jazz duo": Ensemble("jazz", players("sax melody, piano chords")),
    "guitar trio": Ensemble("jazz", players("jazz_guitar chords melody, upright_bass bass"), True),
    "organ trio": Ensemble("jazz", players("organ chords, jazz_guitar melody"), True),
    "power trio": Ensemble("rock", players("power_guitar chords, lead_guitar melody, pick_bass bass"), True),
    "rock trio": Ensemble("rock", players("power_guitar chords, lead_guitar melody, pick_bass bass"), True),
    "barbershop quartet": Ensemble("pop", players("choir pad, voice_ooh melody")),
    "a cappella": Ensemble("classical", players("choir pad, voice_ooh melody")),
    "acapella": Ensemble("classical", players("choir pad, voice_ooh melody")),
    "steel band": Ensemble("latin", players("steel_drums melody, steel_drums chords, bass bass"), True),
    "drum circle": Ensemble("world", (), True),
    "drumline": Ensemble("rock", (), True),
    "drum corps": Ensemble("rock", (), True),
    "percussion ensemble": Ensemble("world", (), True),
    "two violins": Ensemble("classical", players("violin melody, violin counter")),
    "two flutes": Ensemble("classical", players("flute melody, flute counter")),
    "two cellos": Ensemble("classical", players("cello melody, cello counter")),
    "two pianos": Ensemble("classical", players("piano melody, piano chords")),
    **{
        f"{name} sonata": Ensemble("classical", players(f"{name} melody, piano chords"))
        for name in ("violin", "viola", "cello", "flute", "clarinet", "oboe", "horn", "trumpet")
    },
    **{f"{name} suite": Ensemble("classical", players(f"{name} melody")) for name in ("cello", "violin", "flute")},
    **{f"{name} partita": Ensemble("classical", players(f"{name} melody")) for name in ("violin", "flute")},
    "marimba duet": Ensemble("classical", players("marimba melody, marimba chords")),
}
_SPELLED_OTHERWISE = {
    "woodwind quintet": "wind quintet", "woodwind trio": "wind trio", "sax quartet": "saxophone quartet",
    "woodwind ensemble": "wind quintet", "saxophone ensemble": "saxophone quartet",
    "drum line": "drumline", "drum ensemble": "percussion ensemble", "brass group": "brass ensemble",
    "recorder quartet": "recorder ensemble", "recorder consort": "recorder ensemble",
    "quartet of strings": "string quartet", "steelband": "steel band",
}  # fmt: skip
ENSEMBLES.update({name: ENSEMBLES[other] for name, other in _SPELLED_OTHERWISE.items()})
JAZZ_PIANO_TRIO = ENSEMBLES["jazz piano trio"]
"""What "piano trio" is beside horns, drums or a double bass."""
