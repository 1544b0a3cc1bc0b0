import { stretched } from "./energy-points";
import type { Facts } from "./facts";
import type { Ask, Order } from "./order";

const MOST_BARS = 64;
const MOST_POINTS = 1000;
const LEAST_POINTS = 2;
const SLOWEST_BPM = 30;
const FASTEST_BPM = 300;

/** An order, and the ask that it was made of. */
export interface Asked {
  order: Order;
  ask: Ask;
}

/** The same with another seed, and nothing else. */
export function reseeded(asked: Asked, seed: string): Asked {
  return changed(asked, { seed });
}

/**
 * Another seed in the frame of the take: its tempo, key and metre, and the course that its energy took. From a clip tempo
 * and key come anyway. What is not known of the take is left as it was asked for.
 */
export function varied(asked: Asked, facts: Facts, energy: number[], seed: string): Asked {
  const curve = curveOf(energy);
  return changed(asked, {
    ...(asked.order.path === "/generate" ? frameOf(facts) : {}),
    ...(curve ? { energyCurve: curve } : {}),
    seed,
  });
}

/** The same seed, twice as long or as long as can be; null where it is that already. A drawn curve is stretched over it. */
export function longer(asked: Asked, bodyS: number, mostS: number): Asked | null {
  const { bars, duration } = asked.order.fields;
  if (typeof bars === "number") {
    const fit = Math.floor(mostS / (bodyS / bars) + 1e-6);
    const more = Math.min(2 * bars, MOST_BARS, fit);
    return more > bars ? changed(asked, { length: { in: "bars", bars: more } }) : null;
  }
  const seconds = Math.min(2 * Number(duration), mostS);
  return seconds > Number(duration) ? lasting(asked, seconds) : null;
}

/** The same, with a body of so many seconds. */
export function lasting(asked: Asked, seconds: number): Asked {
  return changed(asked, { length: { in: "seconds", seconds } });
}

type Change = Partial<Pick<Ask, "bpm" | "key" | "metre" | "energyCurve" | "length" | "seed">>;

/** Order and ask with the same change. */
function changed({ order, ask }: Asked, change: Change): Asked {
  const { length, energyCurve, ...named } = change;
  const fields: Order["fields"] = { ...order.fields };
  for (const [name, value] of Object.entries(named)) if (value !== null) fields[name] = value;
  if (energyCurve) fields.energy_curve = energyCurve;
  if (length) delete fields[length.in === "bars" ? "duration" : "bars"];
  if (length?.in === "bars") fields.bars = length.bars;
  else if (length) fields.duration = length.seconds;
  return { order: { ...order, fields }, ask: { ...ask, ...change } };
}

function frameOf({ bpm, bpmMeasured, key, keyMeasured, metre }: Facts): Change {
  const tempo = bpm ?? bpmMeasured;
  const tonic = key ?? keyMeasured;
  return {
    ...(tempo !== null && tempo >= SLOWEST_BPM && tempo <= FASTEST_BPM ? { bpm: tempo } : {}),
    ...(tonic === null ? {} : { key: tonic }),
    ...(metre === null ? {} : { metre }),
  };
}

function curveOf(energy: number[]): number[] | null {
  if (energy.length < LEAST_POINTS) return null;
  return stretched(energy, Math.min(MOST_POINTS, energy.length)).map((value) => Math.round(value * 1000) / 1000);
}
