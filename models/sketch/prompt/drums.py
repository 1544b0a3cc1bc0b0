"""The drummer and the pieces of a kit, as people name them."""

from __future__ import annotations

# The drummer, whoever that is in the style.
DRUM_WORDS: tuple[str, ...] = (
    "drums", "drum", "drumming", "drummer", "drum kit", "drum set", "drum machine", "drum beat", "808 drums",
    "drum loop", "percussion", "percussions", "percussive", "beat", "beats", "breakbeats", "backbeat", "rhythm section",
    "taiko", "djembe", "darbuka", "tribal drums", "brushes", "brushed drums", "electronic drums",
    "acoustic drums",
)  # fmt: skip

# Pieces of the kit, as people name them.
PIECES: dict[str, str] = {
    "kick drum": "kick", "kick": "kick", "bass drum": "kick", "snare": "snare", "snare drum": "snare", "hi hat": "hat",
    "hihat": "hat", "hat": "hat", "clap": "clap", "hand clap": "clap", "handclap": "clap", "clapping": "clap",
    "cymbal": "crash", "crash cymbal": "crash", "shaker": "shaker", "maraca": "shaker", "tambourine": "tamb",
    "conga": "conga_hi", "bongo": "bongo_hi", "timbale": "timbale_hi", "cowbell": "cowbell", "clave": "clave",
    "timpani": "timpani", "kettle drum": "timpani", "castanet": "castanets", "woodblock": "woodblock",
    "wood block": "woodblock", "agogo": "agogo_hi", "palmas": "palmas", "sleigh bells": "sleigh_bells",
    "jingle bells": "sleigh_bells", "triangle": "triangle", "cabasa": "cabasa", "tabla": "tabla_hi",
}  # fmt: skip
