import type { Analysis, Composer } from "../src/service/answers";
import { type Ask, MUSICGEN_DEFAULTS } from "../src/service/order";

export const SKETCH: Composer = {
  model: "sketch-1",
  origin: "algorithmicMedia",
  stems: true,
  continues: false,
  chords: true,
  metres: ["3/4", "4/4"],
  endings: ["ring", "cut", "fade"],
};

export const MUSICGEN: Composer = {
  model: "musicgen-small",
  origin: "trainedAlgorithmicMedia",
  stems: false,
  continues: true,
  chords: false,
  metres: [],
  endings: ["cut", "fade"],
};

export const WISH: Ask = {
  prompt: "warm lofi",
  bpm: null,
  key: null,
  metre: null,
  length: { in: "seconds", seconds: 20 },
  loop: false,
  energyCurve: null,
  style: null,
  emotion: null,
  candidates: 1,
  loudness: null,
  chords: "",
  ending: null,
  negativePrompt: "",
  tail: true,
  seed: "7",
  continues: false,
  stream: true,
  ...MUSICGEN_DEFAULTS,
};

export const HEARD: Analysis = {
  bpm: 95.99,
  key: "E minor",
  emotion: "dreamy",
  energy_curve: [0.3, 0.6, 0.4],
  style_id: "folk",
  prompt: "A dreamy folk piece. bpm: 96.0. key: e minor.",
  details: {
    duration_s: 1.5,
    source: { rate_hz: 44100, channels: 2, codec: "vorbis" },
    tempo: {
      confidence: 0.98,
      alternatives: [{ bpm: 192, weight: 0.01 }],
      beats_s: [0, 0.6],
      downbeats_s: [0],
      beats_per_bar: 3,
      bars_confidence: 0.95,
      steady: true,
    },
    key: {
      confidence: 0.99,
      second: "B minor",
      second_confidence: 0.01,
      camelot: "9A",
      open_key: "2m",
      probabilities: {},
      modulates: false,
      parts: [],
      tuning_cents: 2,
    },
    loudness: { integrated_lufs: -21.5, range_lu: 12 },
    emotion: { valence: 0.2, arousal: -0.5, confidence: 0.4 },
    styles: [{ style_id: "folk", probability: 0.3 }],
    energy_step_s: 0.5,
  },
};

/** What the clip's door holds when nothing was touched. */
export const AS_HEARD: Ask = {
  ...WISH,
  prompt: HEARD.prompt,
  bpm: HEARD.bpm,
  key: HEARD.key,
  energyCurve: HEARD.energy_curve,
  style: HEARD.style_id,
  emotion: HEARD.emotion,
};
