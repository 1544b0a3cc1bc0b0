"""The orchestra as a table: every voice that the styles and prompts can name. What is not recorded is synthesised."""

from __future__ import annotations

from models.sketch.synth.recorded import RECORDED
from models.sketch.synth.sampled import Sampled
from models.sketch.synth.struck import Struck
from models.sketch.synth.tone import Tone

Voice = Sampled | Tone | Struck

_DRAWBARS = (0.9, 1.0, 0.55, 0.5, 0, 0.25, 0, 0.2)
# Guitars stay synthesised where an amplifier comes behind them: what is recorded went through one already.
PLAYED: dict[str, Voice] = {
    "lead_guitar": Tone("pluck18", cutoff_hz=3000, keytrack=0.35, bite=0.7, bite_s=0.3, decay_s=2.2, sustain=0.35,
                        release_s=0.08, attack_s=0.003, vibrato_cents=18, vibrato_hz=5.4, vibrato_after_s=0.22,
                        glide_cents=-30, knock=0.05),
    "power_guitar": Tone("pluck12", cutoff_hz=4200, keytrack=0.3, bite=0.5, bite_s=0.2, decay_s=2.0, sustain=0.9,
                         release_s=0.05, attack_s=0.0015, unison=3, detune_cents=12, breath=0.3, knock=0.5,
                         knock_hz=(1500, 5500)),
    "tanpura": Tone("pluck9", cutoff_hz=2600, keytrack=0.3, bite=-0.8, bite_s=0.5, resonance=0.5, decay_s=4,
                    sustain=0.5, release_s=0.9, unison=3, detune_cents=5, attack_s=0.12,
                    formants=((900.0, 4.0, 0.6),)),
    "organ_stab": Tone(_DRAWBARS, cutoff_hz=2600, keytrack=0.2, bite=1.0, bite_s=0.05, attack_s=0.003, decay_s=0.16,
                       sustain=0.3, release_s=0.06, knock=0.05),
    "bells": Struck(((1, 1, 1.1), (2.0, 0.35, 0.8), (2.76, 0.3, 0.5), (5.4, 0.2, 0.25), (8.1, 0.07, 0.1)),
                    release_s=1.0, knock=0.03),
}  # fmt: skip

BASS: dict[str, Voice] = {
    "sub_bass": Tone((1, 0.35, 0.14, 0.05), cutoff_hz=500, keytrack=0.3, attack_s=0.008, decay_s=0.8, sustain=0.8,
                     release_s=0.05, drive=0.35),
    "bass_808": Tone((1, 0.22, 0.08), cutoff_hz=400, keytrack=0.3, attack_s=0.004, decay_s=0.9, sustain=0.25,
                     release_s=0.1, drive=0.7, glide_cents=240, knock=0.06),
    "saw_bass": Tone("saw", cutoff_hz=750, keytrack=0.4, bite=1.2, bite_s=0.1, resonance=0.3, attack_s=0.003,
                     decay_s=0.35, sustain=0.6, release_s=0.04, unison=2, detune_cents=5),
    "synth_bass": Tone("square", cutoff_hz=620, keytrack=0.4, bite=1.5, bite_s=0.08, resonance=0.5, attack_s=0.003,
                       decay_s=0.25, sustain=0.55, release_s=0.04),
    "acid_bass": Tone("saw", cutoff_hz=520, keytrack=0.4, bite=2.2, bite_s=0.09, resonance=2.6, attack_s=0.002,
                      decay_s=0.25, sustain=0.45, release_s=0.03, drive=0.5),
    "growl": Tone("saw", cutoff_hz=3000, keytrack=0.3, bite=0.5, bite_s=0.2, decay_s=2.0, sustain=0.9, release_s=0.05,
                  attack_s=0.003, unison=3, detune_cents=14, breath=0.3, knock=0.4, knock_hz=(1500, 5500)),
    "reese": Tone("saw", cutoff_hz=620, keytrack=0.3, bite=0.4, bite_s=0.4, attack_s=0.01, decay_s=1.0, sustain=0.9,
                  release_s=0.06, unison=3, detune_cents=17, drive=0.2),
    "chip_triangle": Tone("triangle", cutoff_hz=9000, attack_s=0.001, decay_s=1, sustain=1.0, release_s=0.006),
}  # fmt: skip

SYNTH: dict[str, Voice] = {
    "warm_pad": Tone("saw", cutoff_hz=1000, keytrack=0.3, bite=-0.8, bite_s=0.6, attack_s=0.25, decay_s=2,
                     sustain=0.9, release_s=0.6, unison=4, detune_cents=13, scrambled=True),
    "glass_pad": Tone((1, 0.1, 0.5, 0.05, 0.3, 0, 0.16, 0.04, 0.1), cutoff_hz=4200, keytrack=0.3, attack_s=0.35,
                      decay_s=2, sustain=0.85, release_s=0.9, unison=4, detune_cents=10, scrambled=True),
    "dark_pad": Tone("saw", cutoff_hz=520, keytrack=0.3, bite=-0.6, bite_s=0.9, attack_s=0.35, decay_s=2, sustain=0.9,
                     release_s=0.7, unison=4, detune_cents=15, scrambled=True),
    "supersaw": Tone("saw", cutoff_hz=3600, keytrack=0.3, bite=0.4, bite_s=0.2, attack_s=0.006, decay_s=0.4,
                     sustain=0.75, release_s=0.14, unison=6, detune_cents=22, scrambled=True),
    "stab": Tone("saw", cutoff_hz=1500, keytrack=0.3, bite=1.5, bite_s=0.07, resonance=0.5, attack_s=0.003,
                 decay_s=0.2, sustain=0.25, release_s=0.12, unison=4, detune_cents=10),
    "brass_synth": Tone("saw", cutoff_hz=1500, keytrack=0.3, bite=-1.2, bite_s=0.1, resonance=0.2, attack_s=0.03,
                        decay_s=0.5, sustain=0.75, release_s=0.2, unison=4, detune_cents=12),
    "pluck_synth": Tone("saw", cutoff_hz=1700, keytrack=0.35, bite=1.6, bite_s=0.06, resonance=0.4, attack_s=0.002,
                        decay_s=0.28, sustain=0, release_s=0.15, unison=2, detune_cents=8, damping=0.03),
    "saw_lead": Tone("saw", cutoff_hz=3000, keytrack=0.3, bite=0.4, bite_s=0.2, resonance=0.3, attack_s=0.008,
                     decay_s=0.5, sustain=0.8, release_s=0.1, unison=2, detune_cents=9, vibrato_cents=10,
                     glide_cents=-25),
    "square_lead": Tone("square", cutoff_hz=2600, keytrack=0.3, bite=0.5, bite_s=0.15, resonance=0.2, attack_s=0.008,
                        decay_s=0.4, sustain=0.8, release_s=0.1, unison=2, detune_cents=6, vibrato_cents=10),
    "chip_square": Tone("pulse50", cutoff_hz=14000, attack_s=0.001, decay_s=0.5, sustain=0.75, release_s=0.008,
                        vibrato_cents=14, vibrato_hz=6.5, vibrato_after_s=0.12),
    "chip_pulse25": Tone("pulse25", cutoff_hz=14000, attack_s=0.001, decay_s=0.3, sustain=0.5, release_s=0.008),
    "chip_pulse12": Tone("pulse12", cutoff_hz=14000, attack_s=0.001, decay_s=0.2, sustain=0.4, release_s=0.008),
}  # fmt: skip

VOICES: dict[str, Voice] = {**RECORDED, **PLAYED, **BASS, **SYNTH}
