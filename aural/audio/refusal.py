"""What a file is that is not read: named, so that whoever sent it knows what to do."""

from __future__ import annotations

from mmap import mmap

SEND_AUDIO = "Send an audio file: WAV, FLAC, MP3, OGG, Opus, M4A, AIFF or WebM."
PROTECTED = "The file is protected (DRM): only its shop's player opens it. Send one without protection."
# (offset, mark, what it is); the first that fits.
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (8, b"AVI ", "AVI is a video container that is not read"),
    (0, b"FLV", "FLV is a video container that is not read"),
    (0, b"\0\0\1\xba", "MPEG program streams are not read"),
    (0, b".RMF", "RealMedia is not read"),
    (0, b"MThd", "MIDI has notes and no sound"),
    (0, b"DSD ", "DSD is not read"),
    (0, b"FRM8", "DSD is not read"),
    (0, b"MPCK", "Musepack is not read"),
    (0, b"MP+", "Musepack is not read"),
    (0, b"caff", "This CAF holds no audio that is read"),
    (0, b"PK\3\4", "This is a ZIP archive"),
    (0, b"\x1f\x8b", "This is a gzip archive"),
    (0, b"7z\xbc\xaf", "This is a 7z archive"),
    (0, b"Rar!", "This is a RAR archive"),
    (0, b"%PDF", "This is a PDF"),
    (0, b"\x89PNG", "This is a picture"),
    (0, b"\xff\xd8\xff", "This is a picture"),
    (0, b"GIF8", "This is a picture"),
    (0, b"#EXTM3U", "A playlist names other files, which are not opened"),
    (0, b"[playlist]", "A playlist names other files, which are not opened"),
)
_TS_PACKET, _TS_MARK = 188, 0x47
_PROTECTED = {b"drms", b"drmi", b"enca", b"encv", b"aavd"}
_AUDIBLE = (b"aax ", b"aaxc")
_ASF_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
_ASF_MARK = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_HEAD_BYTES = 2**20


def is_protected(data: bytes | mmap) -> bool:
    """Whether a licence is needed to hear it: FairPlay, Audible, Common Encryption (MP4), Windows Media DRM (ASF)."""
    if data[4:8] == b"ftyp":
        return data[8:12] in _AUDIBLE or not _PROTECTED.isdisjoint(_mp4_sample_entry_types(data))
    return data[:16] == _ASF_MARK and _ASF_ENCRYPTION in data[:_HEAD_BYTES]


def refusal_message(data: bytes | mmap) -> str:
    """A sentence about a file that cannot be decoded, and the remedy."""
    for offset, mark, what in _MARKS:
        if data[offset : offset + len(mark)] == mark:
            return f"{what}. {SEND_AUDIO}"
    if len(data) > 2 * _TS_PACKET and {data[0], data[_TS_PACKET], data[2 * _TS_PACKET]} == {_TS_MARK}:
        return f"MPEG-TS is a video container that is not read. {SEND_AUDIO}"
    return f"The file cannot be decoded as audio. {SEND_AUDIO}"


def _mp4_sample_entry_types(data: bytes | mmap) -> set[bytes]:
    """The codes of an MP4's sample descriptions (`stsd`): what its tracks are coded in."""
    found, at = set(), data.find(b"stsd")
    while at >= 0:
        found.add(data[at + 16 : at + 20])
        at = data.find(b"stsd", at + 4)
    return found
