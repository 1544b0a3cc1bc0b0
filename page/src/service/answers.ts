/** What the service answers: the fields that the page reads. /docs.json has them all. */

export interface Analysis {
  bpm: number | null;
  key: string | null;
  emotion: string;
  energy_curve: number[];
  style_id: string;
  prompt: string;
  details: {
    duration_s: number;
    source: { rate_hz: number; channels: number; codec: string };
    tempo: {
      confidence: number;
      alternatives: { bpm: number; weight: number }[];
      beats_s: number[];
      downbeats_s: number[];
      beats_per_bar: number | null;
      bars_confidence: number;
      steady: boolean | null;
    };
    key: {
      confidence: number;
      second: string | null;
      second_confidence: number;
      camelot: string | null;
      open_key: string | null;
      probabilities: Record<string, number>;
      modulates: boolean;
      parts: { from_s: number; key: string }[];
      tuning_cents: number;
    };
    loudness: { integrated_lufs: number | null; range_lu: number | null };
    emotion: { valence: number; arousal: number; confidence: number };
    styles: { style_id: string; probability: number }[];
    energy_step_s: number;
  };
}

export interface Composer {
  model: string;
  origin: string;
  stems: boolean;
  continues: boolean;
  chords: boolean;
  metres: string[];
  endings: string[];
}

export interface Info {
  version: string;
  model_set: string;
  limits: {
    max_upload_bytes: number;
    min_input_s: number;
    max_input_s: number;
    min_duration_s: number;
    max_duration_s: number;
  };
  vocabularies: { emotion: string[]; style_id: string[]; key: string[]; metre: string[]; ending: string[] };
  models: { composer: Composer } & Record<string, unknown>;
}

/** MusicGen samples, and has knobs for it; the sketch composer has none of them. */
export function samples(composer: Composer): boolean {
  return composer.origin === "trainedAlgorithmicMedia";
}
