import type { Analysis, Composer } from "./answers";
import { samples } from "./answers";

export type Door = "prompt" | "clip";
export type Length = { in: "seconds"; seconds: number } | { in: "bars"; bars: number };

/** All that can be asked. null: the composer's choice. */
export interface Ask {
  prompt: string;
  bpm: number | null;
  key: string | null;
  metre: string | null;
  length: Length;
  loop: boolean;
  energyCurve: number[] | null;
  style: string | null;
  emotion: string | null;
  candidates: number;
  loudness: number | null;
  chords: string;
  ending: string | null;
  negativePrompt: string;
  tail: boolean;
  /** Digits: a seed has up to 63 bits, a JavaScript number 53. */
  seed: string;
  continues: boolean;
  guidance: number;
  temperature: number;
  topK: number;
  topP: number;
  /** To hear it while it is made, where that can be. */
  stream: boolean;
}

export type Value = string | number | boolean | number[];

/** A request to compose: where it goes and with which fields. The clip goes with /compose alone. */
export interface Order {
  path: "/generate" | "/compose";
  fields: Record<string, Value>;
  clip: File | null;
}

export const MUSICGEN_DEFAULTS = { guidance: 3, temperature: 1, topK: 250, topP: 0 };

/**
 * From the clip it is /compose, as long as what only /generate takes (prompt, tempo, key) is as it was heard. Where one
 * of them was corrected it is /generate with all that was heard, and the corrections in their places.
 */
export function orderOf(ask: Ask, composer: Composer, heard: { clip: File; analysis: Analysis } | null): Order {
  if (heard === null)
    return { path: "/generate", fields: { ...named(ask), ...controls(ask, composer, null) }, clip: null };
  const { analysis, clip } = heard;
  if (pathOf(ask, composer, analysis) === "/generate") return orderOf(ask, composer, null);
  const continues = ask.continues && composer.continues;
  const fields = controls(continues ? { ...ask, loop: false } : ask, composer, analysis);
  if (continues) fields.mode = "continue";
  return { path: "/compose", fields, clip };
}

/** Where the order goes. `heard`: null from a prompt. */
export function pathOf(ask: Ask, composer: Composer, heard: Analysis | null): Order["path"] {
  if (heard === null) return "/generate";
  return (ask.continues && composer.continues) || !corrected(ask, heard) ? "/compose" : "/generate";
}

/** Whether all of the music must be there before any of it is right: such music cannot be heard while it is made. */
export function needsWhole(ask: Ask): boolean {
  return ask.loop || ask.candidates > 1 || ask.loudness !== null;
}

/** Whether tempo, key or prompt differ from what was heard. */
export function corrected(ask: Ask, analysis: Analysis): boolean {
  return ask.bpm !== analysis.bpm || ask.key !== analysis.key || ask.prompt.trim() !== analysis.prompt;
}

function named(ask: Ask): Record<string, Value> {
  return {
    prompt: ask.prompt.trim(),
    ...(ask.bpm === null ? {} : { bpm: ask.bpm }),
    ...(ask.key === null ? {} : { key: ask.key }),
  };
}

/** `heard`: what the service will find in the clip by itself, and need not be told. */
function controls(ask: Ask, composer: Composer, heard: Analysis | null): Record<string, Value> {
  const fields: Record<string, Value> = {};
  if (ask.loop) fields.loop = true;
  if (ask.loop && ask.length.in === "bars") fields.bars = ask.length.bars;
  else fields.duration = ask.length.in === "seconds" ? ask.length.seconds : 30;
  if (ask.metre !== null) fields.metre = ask.metre;
  if (ask.energyCurve !== null && !same(ask.energyCurve, heard?.energy_curve)) fields.energy_curve = ask.energyCurve;
  if (ask.style !== null && ask.style !== heard?.style_id) fields.style_id = ask.style;
  if (ask.emotion !== null && ask.emotion !== heard?.emotion) fields.emotion = ask.emotion;
  if (ask.candidates > 1) fields.candidates = ask.candidates;
  if (ask.loudness !== null) fields.loudness = ask.loudness;
  if (ask.chords.trim() && composer.chords) fields.chords = ask.chords.trim();
  if (ask.ending !== null && !ask.loop && composer.endings.includes(ask.ending)) fields.ending = ask.ending;
  if (ask.negativePrompt.trim()) fields.negative_prompt = ask.negativePrompt.trim();
  if (!ask.tail) fields.tail = false;
  if (samples(composer)) {
    if (ask.guidance !== MUSICGEN_DEFAULTS.guidance) fields.guidance = ask.guidance;
    if (ask.temperature !== MUSICGEN_DEFAULTS.temperature) fields.temperature = ask.temperature;
    if (ask.topK !== MUSICGEN_DEFAULTS.topK) fields.top_k = ask.topK;
    if (ask.topP !== MUSICGEN_DEFAULTS.topP) fields.top_p = ask.topP;
    if (ask.stream && heard === null && !needsWhole(ask)) fields.stream = true;
  }
  fields.seed = ask.seed;
  return fields;
}

function same(one: number[], other: number[] | undefined): boolean {
  return other !== undefined && one.length === other.length && one.every((value, place) => value === other[place]);
}

/** The fields as JSON, the seed as the number that it is, to its last digit. */
export function jsonOf(order: Order, indent = 0): string {
  const { seed, ...others } = order.fields;
  const mark = "@seed@";
  return JSON.stringify(seed === undefined ? others : { ...others, seed: mark }, null, indent)
    .replace(`"${mark}"`, String(seed))
    .replace(/\[[\d.,\s]+\]/g, (list) => list.replace(/\s+/g, "").replaceAll(",", ", "));
}

/** The same order to be answered whole: a stream is a WAV. */
export function unstreamed(order: Order): Order {
  const { stream: _, ...fields } = order.fields;
  return { ...order, fields };
}

export function bodyOf(order: Order): { body: BodyInit; headers: Record<string, string> } {
  if (order.path === "/generate") return { body: jsonOf(order), headers: { "content-type": "application/json" } };
  const form = new FormData();
  if (order.clip) form.set("file", order.clip);
  for (const [name, value] of Object.entries(order.fields)) {
    form.set(name, Array.isArray(value) ? JSON.stringify(value) : String(value));
  }
  return { body: form, headers: {} };
}

/** A seed that a person can read aloud. */
export function newSeed(): string {
  return String(crypto.getRandomValues(new Uint32Array(1))[0]);
}
