"""Prompts as people write them, and what the music must then be. Of our own making, and tuned on: nothing is kept back.

A wish names only what the words say beyond doubt; where several styles or moods would do, it has them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aural.theory.keys import Mode

PIANOS = ("piano", "felt_piano")
DRIVEN = ("power_guitar", "crunch_guitar", "clean_guitar")
GUITARS = ("steel", "nylon", "clean_guitar", "jazz_guitar")
BOWED = ("violin", "viola", "cello", "cello_low", "strings", "pizzicato", "staccato_strings")
SINGERS = ("choir", "voice_ooh")
CELLOS = ("cello", "cello_low")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What must be so; empty where anything may be.

    `styles`, `emotions`: one of them. `only`: no other voices play, and no drums; `some_of`: at least one of them
    plays; `none_of`: none does. `drums`: alone, none, or fewer, softer or mixed lower than without the prompt.
    `bpm`: from, to.
    """

    styles: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    not_emotions: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    drums: Literal["alone", "none", "less"] | None = None
    bpm: tuple[float, float] | None = None
    mode: Mode | None = None
    metre: str | None = None


PROMPTS: dict[str, Wish] = {
    # who plays
    "solo piano, sad": Wish(only=PIANOS, emotions=("sad",)),
    "solo violin": Wish(only=("violin",)),
    "acoustic guitar only": Wish(only=GUITARS),
    "just a cello playing slowly": Wish(only=CELLOS, bpm=(30, 84)),
    "drum solo": Wish(drums="alone"),
    "unaccompanied flute": Wish(only=("flute",)),
    "a cappella choir": Wish(only=SINGERS),
    "string quartet with no piano": Wish(only=BOWED),
    "allegro string quartet": Wish(only=BOWED, bpm=(116, 170)),
    # who does not
    "lofi beat no drums": Wish(styles=("lofi",), drums="none"),
    "ambient without any percussion": Wish(styles=("ambient",), drums="none"),
    "jazz trio without piano": Wish(styles=("jazz",), none_of=("piano",)),
    "rock instrumental, no vocals, no guitar solo": Wish(styles=("rock",), some_of=DRIVEN),
    "techno with no melody": Wish(styles=("techno",)),
    "not sad, not slow": Wish(not_emotions=("sad",), bpm=(100, 300)),
    "less drums more bass": Wish(drums="less"),
    # metre
    "waltz in 3/4 for a ballroom": Wish(metre="3/4"),
    "Viennese waltz": Wish(metre="3/4"),
    "irish jig in 6/8": Wish(metre="6/8"),
    "5/4 prog rock odd meter": Wish(metre="5/4"),
    # tempo and key
    "slow blues in E": Wish(styles=("blues",), bpm=(40, 76)),
    "very fast punk rock": Wish(styles=("rock",), bpm=(150, 240)),
    "moderate tempo country": Wish(styles=("country",)),
    "120 bpm house in F# minor": Wish(styles=("house",), bpm=(120, 120)),
    "andante piano sonata": Wish(only=PIANOS),
    "largo, solemn organ": Wish(some_of=("organ",), bpm=(30, 66)),
    "adagio for strings": Wish(some_of=("strings",), bpm=(40, 76)),
    "presto violin and piano": Wish(bpm=(150, 220)),
    "minor key happy music": Wish(mode="minor"),
    "C minor, 90bpm, boom bap with jazzy piano and scratch": Wish(styles=("hiphop",), bpm=(90, 90), mode="minor"),
    # mood and use
    "happy birthday party music": Wish(emotions=("joyful",)),
    "scary halloween music": Wish(emotions=("dark", "tense"), styles=("cinematic", "ambient", "classical")),
    "I'm heartbroken and want to cry": Wish(emotions=("sad",)),
    "music for a car chase": Wish(emotions=("tense", "energetic", "aggressive")),
    "background music for a cooking video": Wish(mode="major", none_of=("choir",)),
    "music that sounds like rain": Wish(styles=("ambient", "lofi", "classical")),
    "epic boss battle theme": Wish(
        styles=("cinematic", "metal", "chiptune"), emotions=("energetic", "aggressive", "tense")
    ),
    # genres
    "trap beat with 808s and hi-hat rolls": Wish(styles=("hiphop",), some_of=("bass_808",)),
    "bossa nova for a cafe": Wish(styles=("latin",)),
    "K-pop dance song": Wish(styles=("pop", "electronic", "house")),
    "afrobeats party": Wish(styles=("world", "latin", "house")),
    "flamenco guitar": Wish(some_of=("nylon",)),
    "dubstep with wobble bass": Wish(styles=("electronic", "drum_and_bass"), bpm=(68, 145)),
    "trance anthem": Wish(styles=("electronic", "techno"), bpm=(128, 145)),
    "gospel choir": Wish(styles=("rnb_soul",), some_of=("choir",)),
    "bagpipes marching": Wish(styles=("folk", "world")),
    "christmas carol with sleigh bells": Wish(styles=("classical", "pop", "folk"), some_of=("bells",)),
    "mariachi band": Wish(styles=("latin",)),
    "opera aria soprano": Wish(styles=("classical",)),
    "phonk drift": Wish(styles=("hiphop", "electronic")),
    "marching band": Wish(styles=("classical", "cinematic", "folk")),
    "bollywood dance song": Wish(styles=("world",)),
    "hang drum meditation": Wish(styles=("ambient",), drums="none"),
    "harpsichord baroque fugue": Wish(styles=("classical",), none_of=("brass",)),
    # other languages
    "piano triste et lent": Wish(some_of=("piano",), emotions=("sad",)),
    "música alegre de verano con guitarra": Wish(emotions=("joyful",), some_of=GUITARS),
    "ruhige Klaviermusik zum Einschlafen": Wish(some_of=PIANOS, drums="none"),
    "грустная музыка на пианино": Wish(some_of=PIANOS, emotions=("sad",)),
    "悲しいピアノ": Wish(some_of=PIANOS, emotions=("sad",)),
    "triste bolero con chitarra": Wish(emotions=("sad",)),
    # names stand for their broad genre
    "like Hans Zimmer": Wish(styles=("cinematic",)),
    "something like Daft Punk": Wish(styles=("house", "electronic", "disco_funk")),
}
