"""The facts of a take as XML in a WAV: iXML for editors and game audio tools, XMP for asset managers."""

from __future__ import annotations

from xml.sax.saxutils import escape

from aural.files.embedded import short_key
from aural.files.riff import chunk
from aural.files.tags import UNREADABLE, Tags
from aural.theory.keys import Key
from aural.types import TRAINED

XMP_KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""XMP's closed list has no flats."""
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}


def ixml_chunk(tags: Tags) -> bytes:
    """iXML 2.10: the prompt as a note, where the sound comes from, and the fields of the game audio group ASWG."""
    maker = f"seed={tags.seed}; model={tags.model}; licence={tags.licence}; digital_source_type={tags.source_type}"
    sides = "".join(
        _element("TRACK", _text_elements({"CHANNEL_INDEX": place, "INTERLEAVE_INDEX": place, "NAME": side}))
        for place, side in (("1", "left"), ("2", "right"))
    )
    music = {
        "contentType": "Music",
        "songTitle": tags.title,
        "originator": tags.software,
        "usageRights": tags.licence,
        "genre": tags.style_id,
        "tempo": _number(tags.bpm),
        "timeSig": tags.metre,
        "inKey": short_key(tags.key),
        "isLoop": "true" if tags.bars else "false",
    }
    inside = (
        _text_elements({"IXML_VERSION": "2.10", "PROJECT": tags.software, "NOTE": tags.description, "USER": maker})
        + _element("TRACK_LIST", _text_elements({"TRACK_COUNT": "2"}) + sides)
        + _element("ASWG", _text_elements(music))
    )
    return chunk(b"iXML", ('<?xml version="1.0" encoding="UTF-8"?>\n' + _element("BWFXML", inside)).encode())


def xmp_chunk(tags: Tags) -> bytes:
    """An XMP packet in the chunk that XMP's specification names for WAV, with the IPTC's digital source type.

    Fields: XMP specification part 2 (Dynamic Media); IPTC Photo Metadata 2025.1, the only one with fields for models.
    """
    key = Key.parse(tags.key) if tags.key else None
    trained = tags.origin == TRAINED
    simple = {
        "Iptc4xmpExt:DigitalSourceType": tags.source_type,
        "Iptc4xmpExt:AISystemUsed": tags.model if trained else None,
        "Iptc4xmpExt:AIPromptInformation": tags.description if trained else None,
        "xmp:CreatorTool": tags.software,
        "xmpDM:genre": tags.style_id,
        "xmpDM:tempo": _number(tags.bpm),
        "xmpDM:key": XMP_KEYS[key.tonic] if key else None,
        "xmpDM:scaleType": key.mode.capitalize() if key else None,
        "xmpDM:loop": "True" if tags.bars else "False",
        "xmpDM:numberOfBeats": str(tags.beats) if tags.bars and tags.beats else None,
        "xmpDM:timeSignature": tags.metre,
    }
    by_language = {"dc:title": tags.title, "dc:description": tags.description, "dc:rights": tags.licence}
    alternatives = "".join(_language_alternative(name, text) for name, text in by_language.items() if text)
    names = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{names}>'
        f"{_text_elements(simple)}{alternatives}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    )
    return chunk(b"_PMX", text.encode())


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _text_elements(fields: dict[str, str | None]) -> str:
    """An element for each that is known."""
    return "".join(_element(name, _escaped(text)) for name, text in fields.items() if text)


def _language_alternative(name: str, text: str) -> str:
    return _element(name, f'<rdf:Alt><rdf:li xml:lang="x-default">{_escaped(text)}</rdf:li></rdf:Alt>')


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"


def _escaped(text: str) -> str:
    """Readers turn a bare carriage return into a new line."""
    return escape(UNREADABLE.sub("\ufffd", text), {"\r": "&#13;"})
