"""The style vocabulary and the words that people use for each style."""

from __future__ import annotations

# style_id -> (genre word for captions, other words that name it in a prompt)
WORDS: dict[str, tuple[str, ...]] = {
    "classical": ("classical", "baroque", "orchestral", "chamber music", "string quartet", "sonata"),
    "jazz": ("jazz", "swing", "bebop", "big band"),
    "rock": ("rock", "indie rock", "punk", "grunge", "garage rock"),
    "pop": ("pop", "synth pop", "britpop", "k-pop"),
    "electronic": ("electronic", "edm", "electronica", "electro", "idm"),
    "country": ("country", "bluegrass", "americana", "honky tonk"),
    "hiphop": ("hip hop", "hip-hop", "hiphop", "rap", "trap", "boom bap"),
    "reggae": ("reggae", "dub", "ska", "dancehall"),
    "blues": ("blues", "delta blues", "twelve bar"),
    "rnb_soul": ("soul", "r&b", "rnb", "neo soul", "motown", "gospel"),
    "disco_funk": ("funk", "disco", "boogie"),
    "latin": ("latin", "salsa", "bossa nova", "samba", "reggaeton", "cumbia", "tango", "mambo"),
    "metal": ("metal", "heavy metal", "thrash", "djent"),
    "cinematic": ("cinematic", "soundtrack", "film score", "epic", "trailer"),
    "ambient": ("ambient", "drone", "new age", "soundscape", "meditation"),
    "folk": ("folk", "celtic", "singer-songwriter", "acoustic ballad", "jig", "reel"),
    "lofi": ("lo-fi", "lofi", "chillhop", "lo fi", "study beats"),
    "house": ("house", "deep house", "tech house"),
    "techno": ("techno", "minimal techno", "acid techno"),
    "drum_and_bass": ("drum and bass", "drum & bass", "dnb", "jungle", "breakcore"),
    "synthwave": ("synthwave", "retrowave", "outrun", "vaporwave", "80s synth"),
    "chiptune": ("chiptune", "8-bit", "8 bit", "game boy", "video game"),
    "world": ("world", "afrobeat", "indian", "middle eastern", "african", "flamenco", "gamelan"),
}
STYLES = tuple(WORDS)


def genre_word(style_id: str) -> str:
    """The word for a caption's genre field."""
    return WORDS[style_id][0]
