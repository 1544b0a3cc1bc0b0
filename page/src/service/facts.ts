/** What the headers of a music answer say. null: not measured, or not known. */
export interface Facts {
  seed: string;
  bpm: number | null;
  key: string | null;
  metre: string | null;
  loopEnd: number;
  /** 0 where it was not asked to be a loop. */
  bars: number;
  model: string;
  heard: string | null;
  off: string[];
  bpmMeasured: number | null;
  keyMeasured: string | null;
  stretched: number | null;
  transposed: number | null;
  lufs: number | null;
  truePeak: number | null;
  candidate: string | null;
  scores: Score[];
}

export interface Score {
  seed: string;
  bpm: number | null;
  key: string | null;
  off: string[];
  likeness: number | null;
  cost: number;
}

export function factsOf(headers: Record<string, string>): Facts {
  const text = (name: string) => {
    const value = headers[`x-aural-${name}`];
    return value === undefined || value === "unknown" ? null : value;
  };
  const number = (name: string) => {
    const value = text(name);
    return value === null || Number.isNaN(Number(value)) ? null : Number(value);
  };
  const off = text("off");
  return {
    seed: text("seed") ?? "",
    bpm: number("bpm"),
    key: text("key"),
    metre: text("metre"),
    loopEnd: number("loop-end") ?? 0,
    bars: number("bars") ?? 0,
    model: text("model") ?? "",
    heard: text("heard"),
    off: off === null || off === "nothing" ? [] : off.split(", "),
    bpmMeasured: number("bpm-measured"),
    keyMeasured: text("key-measured"),
    stretched: number("stretched"),
    transposed: number("transposed"),
    lufs: number("lufs"),
    truePeak: number("true-peak"),
    candidate: text("candidate"),
    scores: scoresOf(text("scores")),
  };
}

/** Seeds have up to 63 bits: they are kept as digits, before JSON.parse would round them. */
function scoresOf(json: string | null): Score[] {
  if (json === null) return [];
  return JSON.parse(json.replace(/"seed":\s*(\d+)/g, '"seed":"$1"')) as Score[];
}

/** Beats of a bar, as a tempo counts them: in 6/8 and 12/8 dotted quarters. */
export function beatsOf(metre: string | null): number {
  return { "3/4": 3, "5/4": 5, "6/8": 2 }[metre ?? ""] ?? 4;
}

/** Where bars begin in the body, in s; nothing where the tempo is not known. */
export function barLines(facts: Facts, bodyS: number): number[] {
  const barS = facts.bars > 0 ? bodyS / facts.bars : facts.bpm ? (beatsOf(facts.metre) * 60) / facts.bpm : 0;
  if (barS <= 0) return [];
  return Array.from({ length: Math.ceil(bodyS / barS - 1e-6) }, (_, bar) => bar * barS);
}
