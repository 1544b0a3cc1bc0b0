"""What a player of General MIDI takes for each voice and drum of ours, by pretty_midi's names for its numbers."""

from __future__ import annotations

import pretty_midi
import pytest

from models.sketch.midi import DRUMS, PROGRAMS

INSTRUMENTS = {
    "Acoustic Grand Piano": "piano felt_piano",
    "Honky-tonk Piano": "honky_tonk",
    "Electric Piano 1": "epiano wurli",
    "Harpsichord": "harpsichord",
    "Clavinet": "clavinet",
    "Celesta": "celesta",
    "Glockenspiel": "glock",
    "Music Box": "music_box",
    "Vibraphone": "vibraphone",
    "Marimba": "marimba",
    "Xylophone": "xylophone",
    "Tubular Bells": "bells tubular_bells",
    "Dulcimer": "dulcimer",
    "Drawbar Organ": "organ",
    "Percussive Organ": "organ_stab percussive_organ",
    "Rock Organ": "rock_organ",
    "Church Organ": "church_organ",
    "Accordion": "accordion melodica",
    "Harmonica": "harmonica",
    "Tango Accordion": "bandoneon",
    "Acoustic Guitar (nylon)": "nylon ukulele",
    "Acoustic Guitar (steel)": "steel twelve_string mandolin",
    "Electric Guitar (jazz)": "jazz_guitar",
    "Electric Guitar (clean)": "clean_guitar",
    "Overdriven Guitar": "crunch_guitar lead_guitar",
    "Electric Guitar (muted)": "muted_guitar",
    "Distortion Guitar": "power_guitar",
    "Acoustic Bass": "upright_bass",
    "Electric Bass (finger)": "finger_bass",
    "Electric Bass (pick)": "pick_bass",
    "Fretless Bass": "fretless_bass",
    "Slap Bass 1": "slap_bass",
    "Synth Bass 1": "sub_bass bass_808 saw_bass acid_bass",
    "Synth Bass 2": "synth_bass reese growl",
    "Violin": "violin",
    "Viola": "viola",
    "Cello": "cello cello_low",
    "Contrabass": "contrabass",
    "Tremolo Strings": "tremolo_strings",
    "Pizzicato Strings": "pizzicato contrabass_pizz",
    "Orchestral Harp": "harp kora",
    "String Ensemble 1": "strings staccato_strings",
    "Choir Aahs": "choir",
    "Voice Oohs": "voice_ooh",
    "Trumpet": "trumpet",
    "Trombone": "trombone",
    "Tuba": "tuba",
    "Muted Trumpet": "muted_trumpet",
    "French Horn": "horn",
    "Brass Section": "brass brass_stab",
    "Synth Brass 1": "brass_synth",
    "Soprano Sax": "soprano_sax",
    "Alto Sax": "alto_sax",
    "Tenor Sax": "sax tenor_sax",
    "Baritone Sax": "baritone_sax",
    "Oboe": "oboe",
    "English Horn": "english_horn",
    "Bassoon": "bassoon",
    "Clarinet": "clarinet",
    "Piccolo": "piccolo",
    "Flute": "flute",
    "Recorder": "recorder",
    "Pan Flute": "pan_flute",
    "Shakuhachi": "shakuhachi",
    "Whistle": "whistle",
    "Ocarina": "ocarina",
    "Lead 1 (square)": "square_lead chip_triangle chip_square chip_pulse12 chip_pulse25",
    "Lead 2 (sawtooth)": "saw_lead supersaw stab",
    "Lead 5 (charang)": "pluck_synth",
    "Pad 2 (warm)": "warm_pad",
    "Pad 5 (bowed)": "glass_pad",
    "Pad 8 (sweep)": "dark_pad",
    "Sitar": "sitar tanpura",
    "Banjo": "banjo",
    "Shamisen": "shamisen",
    "Koto": "koto",
    "Kalimba": "kalimba",
    "Bagpipe": "bagpipe",
    "Fiddle": "fiddle",
    "Shanai": "shanai",
    "Steel Drums": "steel_drums",
}
STROKES = {
    "Bass Drum 1": "kick",
    "Acoustic Snare": "snare brush brush_tap",
    "Side Stick": "rim",
    "Hand Clap": "clap palmas",
    "Closed Hi Hat": "hat",
    "Open Hi Hat": "open",
    "Ride Cymbal 1": "ride",
    "Crash Cymbal 1": "crash",
    "Crash Cymbal 2": "cymbal",
    "High Tom": "tom1",
    "Low-Mid Tom": "tom2 taiko_hi",
    "High Floor Tom": "tom3",
    "Tambourine": "tamb",
    "Open Hi Conga": "conga_hi",
    "Low Conga": "conga_lo",
    "Cowbell": "cowbell",
    "Claves": "clave",
    "Low Wood Block": "perc",
    "Low Floor Tom": "taiko_lo timpani",
    "Hi Bongo": "drum_hi bongo_hi tabla_hi",
    "Low Bongo": "drum_lo bongo_lo tabla_lo",
    "Hi Wood Block": "woodblock",
    "High Agogo": "agogo_hi",
    "Low Agogo": "agogo_lo",
    "High Timbale": "timbale_hi",
    "Low Timbale": "timbale_lo",
    "Maracas": "maracas",
    "Cabasa": "cabasa",
    "Open Triangle": "triangle",
    "Mute Hi Conga": "conga_slap",
    "Acoustic Bass Drum": "concert_bass_drum",
    "Electric Snare": "snare_roll",
}
# General MIDI level 2, which pretty_midi has no names for.
LEVEL_2 = {82: "shaker", 83: "sleigh_bells", 85: "castanets"}


@pytest.mark.parametrize(("instrument", "voices"), INSTRUMENTS.items())
def test_a_voice_is_the_instrument_that_comes_nearest(instrument: str, voices: str) -> None:
    assert {pretty_midi.program_to_instrument_name(PROGRAMS[voice]) for voice in voices.split()} == {instrument}


@pytest.mark.parametrize(("stroke", "drums"), STROKES.items())
def test_a_drum_is_the_key_of_its_own_name_or_the_nearest(stroke: str, drums: str) -> None:
    assert {pretty_midi.note_number_to_drum_name(DRUMS[drum]) for drum in drums.split()} == {stroke}


def test_none_is_left_out() -> None:
    assert {voice for voices in INSTRUMENTS.values() for voice in voices.split()} == set(PROGRAMS)
    named = {drum for drums in STROKES.values() for drum in drums.split()}
    assert {DRUMS[drum]: drum for drum in set(DRUMS) - named} == LEVEL_2
