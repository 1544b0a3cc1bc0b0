"""Instruments as people name them, and where each is at home."""

from __future__ import annotations

from models.sketch.intent import RequestedInstrument
from models.sketch.prompt.notation import player

GUITAR = "guitar"
"""A guitar of no said kind: the style's own."""


def _table(*lines: str) -> dict[str, RequestedInstrument]:
    """Lines of "name, another name: voice role role", the roles in the order in which the voice would rather play."""
    read: dict[str, RequestedInstrument] = {}
    for line in lines:
        names, words = line.split(": ")
        read.update(dict.fromkeys(names.split(", "), player(words)))
    return read


INSTRUMENTS: dict[str, RequestedInstrument] = _table(
    # Keys
    "electric piano, rhodes, fender rhodes, e piano: epiano chords melody",
    "wurlitzer: wurli chords melody",
    "felt piano, soft piano, upright piano: felt_piano chords melody",
    "piano, grand piano, keyboard, keyboards, keys, pianoforte: piano chords melody",
    "honky tonk piano, saloon piano, barrelhouse piano: honky_tonk chords melody",
    "harpsichord, cembalo, clavecin, spinet: harpsichord chords melody",
    "clavinet, clav: clavinet chords",
    "celesta, celeste: celesta melody arp",
    "hammond, hammond organ, b3, organ: organ chords pad melody",
    "church organ, pipe organ, cathedral organ: church_organ chords pad melody",
    "percussive organ: percussive_organ chords",
    "accordion, concertina, squeezebox: accordion melody chords",
    "bandoneon: bandoneon melody chords",
    "melodica: melodica melody",
    "harmonium: accordion pad chords",
    # Plucked
    "acoustic guitar, steel guitar, steel string guitar, folk guitar, fingerpicked guitar: steel chords arp melody",
    "twelve string guitar, 12 string guitar, twelve string: twelve_string chords arp",
    "classical guitar, nylon guitar, nylon string guitar, lute, bouzouki: nylon chords melody",
    "spanish guitar, requinto: nylon melody chords",
    "distorted guitar, power chords, heavy guitar, rhythm guitar, fuzz guitar: power_guitar chords",
    "electric guitar, lead guitar, slide guitar: lead_guitar melody",
    "jazz guitar: jazz_guitar chords melody",
    "clean guitar, clean electric guitar: clean_guitar chords arp melody",
    "muted guitar, wah guitar, funk guitar: muted_guitar chords",
    "guitar: guitar chords arp melody",
    "ukulele, uke: ukulele chords melody",
    "banjo: banjo arp chords melody",
    "mandolin, balalaika, charango, cuatro: mandolin arp chords melody",
    "harp, lyre: harp arp chords melody",
    "dulcimer, hammered dulcimer, santur, santoor, cimbalom, zither: dulcimer arp melody",
    "sitar: sitar melody",
    "oud, saz, baglama: nylon melody",
    "tanpura: tanpura pad",
    "kora: kora arp melody",
    "koto, guzheng, pipa, guqin, gayageum: koto melody arp",
    "shamisen, sanxian: shamisen melody arp",
    # Bowed
    "violin, erhu: violin melody counter",
    "fiddle: fiddle melody counter",
    "viola: viola counter melody",
    "cello, violoncello: cello counter melody",
    "bowed bass, contrabass: contrabass bass",
    "pizzicato, pizzicato strings: pizzicato arp",
    "staccato strings, spiccato strings: staccato_strings arp",
    "tremolo strings: tremolo_strings pad",
    "string section, strings, violins, string orchestra, orchestra, string ensemble: strings pad melody",
    # Blown
    "flute, bansuri, ney, dizi, quena: flute melody counter",
    "piccolo: piccolo melody counter",
    "recorder: recorder melody counter",
    "pan flute, panpipe, panpipes, pan pipes: pan_flute melody counter",
    "ocarina: ocarina melody counter",
    "shakuhachi: shakuhachi melody counter",
    "whistle, tin whistle, penny whistle: whistle melody counter",
    "clarinet: clarinet melody counter",
    "woodwind, woodwinds: clarinet counter melody",
    "oboe, duduk: oboe melody counter",
    "english horn, cor anglais: english_horn melody counter",
    "bassoon: bassoon counter melody",
    "shanai, shehnai, zurna: shanai melody",
    "bagpipe, uilleann pipes, highland pipes, bag pipe: bagpipe melody",
    "saxophone, sax: sax melody counter",
    "soprano sax, soprano saxophone: soprano_sax melody counter",
    "alto sax, alto saxophone: alto_sax melody counter",
    "tenor sax, tenor saxophone: tenor_sax melody counter",
    "baritone sax, baritone saxophone, bari sax: baritone_sax counter melody",
    "harmonica, blues harp, mouth organ: harmonica melody counter",
    "muted trumpet, harmon mute: muted_trumpet melody counter",
    "trumpet, cornet, bugle, flugelhorn: trumpet melody counter",
    "trombone: trombone counter melody",
    "tuba, sousaphone, euphonium: tuba bass",
    "french horn, horn: horn counter chords melody",
    "brass, brass section, horns, horn section: brass counter chords melody",
    # Sung
    "choir, chorus, chorale, choral: choir pad melody",
    "vocals, vocal, voice, voices, singer, singing, vocalist, soprano, tenor voice, humming, oohs, vocalise: "
    "voice_ooh melody",
    # Struck
    "marimba, balafon, gamelan: marimba arp melody chords",
    "xylophone: xylophone melody arp",
    "vibraphone, vibes: vibraphone melody chords",
    "kalimba, mbira, thumb piano, hang drum, handpan, hang, tongue drum: kalimba arp melody",
    "steel drum, steel pan, steelpan: steel_drums melody chords",
    "glockenspiel: glock counter melody",
    "music box, musical box: music_box melody arp",
    "bells, bell, chimes, tinkling bells: bells counter melody",
    "tubular bells, church bells: tubular_bells counter melody",
    # Bass
    "bass, bassline, bass line: bass bass",
    "808 bass, 808, 808s: bass_808 bass",
    "slap bass: slap_bass bass",
    "upright bass, double bass, acoustic bass, walking bass, stand up bass: upright_bass bass",
    "guitarron: upright_bass bass",
    "fretless bass: fretless_bass bass",
    "sub bass, deep sub, sub: sub_bass bass",
    "acid bass, 303: acid_bass bass",
    "synth bass, moog bass: synth_bass bass",
    "wobble bass, growl bass, wobble: growl bass",
    "reese bass, reese: reese bass",
    "bass guitar, electric bass: finger_bass bass",
    # Synthesised
    "synth lead, lead synth: saw_lead melody",
    "supersaw, supersaws: supersaw chords",
    "synth pad, pads, pad, synth pads, warm pad, soft pad: warm_pad pad",
    "synth arp, arpeggiator, arpeggiated synth: pluck_synth arp",
    "pluck, plucks, synth pluck: pluck_synth arp melody",
    "synthesizer, synthesiser, synths, synth, moog: saw_lead melody chords",
)

# Who plays "guitar" in a style, with the roles of the voice; elsewhere a clean electric one.
GUITARS: dict[str, str] = {
    "classical": "nylon", "latin": "nylon", "world": "nylon", "folk": "steel", "country": "steel", "ambient": "steel",
    "jazz": "jazz_guitar", "metal": "power_guitar", "rock": "power_guitar", "disco_funk": "muted_guitar",
    "reggae": "muted_guitar", "lofi": "nylon",
}  # fmt: skip
GUITAR_OTHERWISE = "clean_guitar"
SOLO_GUITARS = dict.fromkeys(("rock", "metal", "blues", "pop", "synthwave", "disco_funk"), "lead_guitar")

# The style that an instrument is at home in, where nothing else says one.
HOMES: dict[str, str] = {
    **dict.fromkeys(
        ("piano", "felt_piano", "harpsichord", "church_organ", "organ", "celesta", "harp", "violin", "viola", "cello",
         "strings", "contrabass", "pizzicato", "staccato_strings", "tremolo_strings", "flute", "piccolo", "recorder",
         "clarinet", "oboe", "english_horn", "bassoon", "horn", "tuba", "choir", "brass", "xylophone", "bells",
         "tubular_bells", "glock", "nylon", "trombone"),
        "classical"),
    **dict.fromkeys(
        ("steel", "twelve_string", "ukulele", "mandolin", "dulcimer", "fiddle", "whistle", "accordion", "bagpipe",
         "guitar"),
        "folk"),
    **dict.fromkeys(
        ("sax", "soprano_sax", "alto_sax", "tenor_sax", "baritone_sax", "trumpet", "muted_trumpet", "vibraphone",
         "jazz_guitar", "upright_bass"),
        "jazz"),
    **dict.fromkeys(("lead_guitar", "power_guitar", "clean_guitar", "drums"), "rock"),
    **dict.fromkeys(
        ("sitar", "tanpura", "kora", "koto", "shamisen", "shakuhachi", "shanai", "ocarina", "pan_flute", "marimba",
         "steel_drums"),
        "world"),
    **dict.fromkeys(("kalimba", "warm_pad", "music_box"), "ambient"),
    **dict.fromkeys(("saw_lead", "supersaw", "pluck_synth", "synth_bass", "growl"), "electronic"),
    **dict.fromkeys(("epiano", "wurli", "voice_ooh"), "rnb_soul"),
    **dict.fromkeys(("bass", "slap_bass", "finger_bass", "fretless_bass", "muted_guitar", "clavinet"), "disco_funk"),
    **dict.fromkeys(("banjo", "honky_tonk"), "country"),
    "harmonica": "blues", "bandoneon": "latin", "acid_bass": "techno", "bass_808": "hiphop", "sub_bass": "electronic",
    "reese": "drum_and_bass", "melodica": "reggae",
}  # fmt: skip
