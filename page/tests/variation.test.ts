import { expect, test } from "vitest";
import { factsOf } from "../src/service/facts";
import { orderOf } from "../src/service/order";
import { type Asked, lasting, longer, reseeded, varied } from "../src/service/variation";
import { AS_HEARD, HEARD, MUSICGEN, SKETCH, WISH } from "./wishes";

const MADE = factsOf({ "x-aural-bpm": "96", "x-aural-key": "A minor", "x-aural-metre": "3/4" });
const ENERGY = [0.1234567, 0.5, 0.9];
const fromPrompt: Asked = { order: orderOf(WISH, SKETCH, null), ask: WISH };
const heard = { clip: new File(["sound"], "clip.ogg"), analysis: HEARD };
const fromClip: Asked = { order: orderOf(AS_HEARD, SKETCH, heard), ask: AS_HEARD };

test("once more is another seed and nothing else", () => {
  const { order, ask } = reseeded(fromPrompt, "8");
  expect(order).toEqual({ ...fromPrompt.order, fields: { ...fromPrompt.order.fields, seed: "8" } });
  expect(ask).toEqual({ ...WISH, seed: "8" });
});

test("varied it keeps the take's tempo, key, metre and energy, in the order as in the ask", () => {
  const { order, ask } = varied(fromPrompt, MADE, ENERGY, "8");
  const frame = { bpm: 96, key: "A minor", metre: "3/4" };
  const energy_curve = [0.123, 0.5, 0.9];
  expect(order.fields).toEqual({ prompt: "warm lofi", duration: 20, ...frame, energy_curve, seed: "8" });
  expect(ask).toEqual({ ...WISH, ...frame, energyCurve: energy_curve, seed: "8" });
  expect(orderOf(ask, SKETCH, null)).toEqual(order);
});

test("what is not known of a take stays as it was asked; what was measured is known", () => {
  const asked = { ...WISH, bpm: 70 };
  const made = { order: orderOf(asked, MUSICGEN, null), ask: asked };
  expect(varied(made, factsOf({}), [0.5], "8").order.fields).toEqual({ ...made.order.fields, seed: "8" });
  const measured = { ...factsOf({}), bpmMeasured: 140.2, keyMeasured: "E minor" };
  expect(varied(made, measured, [0.5], "8").order.fields).toMatchObject({ bpm: 140.2, key: "E minor" });
});

test("a tempo that the service does not take, and too many values, are not sent", () => {
  const fast = factsOf({ "x-aural-bpm": "320" });
  const { fields } = varied(fromPrompt, fast, new Array<number>(2000).fill(0.5), "8").order;
  expect(fields).not.toHaveProperty("bpm");
  expect(fields.energy_curve).toHaveLength(1000);
});

test("varied like a clip: tempo and key come from the clip", () => {
  const { order, ask } = varied(fromClip, MADE, ENERGY, "8");
  expect(order).toMatchObject({ path: "/compose", clip: heard.clip });
  expect(order.fields).toEqual({ duration: 20, energy_curve: [0.123, 0.5, 0.9], seed: "8" });
  expect([ask.bpm, ask.key]).toEqual([HEARD.bpm, HEARD.key]);
  expect(orderOf(ask, SKETCH, heard)).toEqual(order);
});

test("longer is twice as long, up to the most", () => {
  const twice = longer(fromPrompt, 20, 120);
  expect(twice?.order.fields).toEqual({ ...fromPrompt.order.fields, duration: 40 });
  expect(twice?.ask.length).toEqual({ in: "seconds", seconds: 40 });
  expect(longer(fromPrompt, 20, 30)?.order.fields.duration).toBe(30);
  expect(longer(fromPrompt, 20, 20)).toBeNull();
});

test("a longer loop has whole bars: no more than a loop may have, and than there is time for", () => {
  const looped = (bars: number): Asked => {
    const ask = { ...WISH, loop: true, length: { in: "bars" as const, bars } };
    return { order: orderOf(ask, SKETCH, null), ask };
  };
  const twice = longer(looped(8), 16, 120);
  expect(twice?.order.fields).toEqual({ ...looped(8).order.fields, bars: 16 });
  expect(twice?.ask.length).toEqual({ in: "bars", bars: 16 });
  expect(longer(looped(40), 40, 120)?.order.fields.bars).toBe(64);
  expect(longer(looped(64), 64, 120)).toBeNull();
  expect(longer(looped(40), 80, 120)?.order.fields.bars).toBe(60);
  expect(longer(looped(40), 119, 120)).toBeNull();
});

test("what did not fit is asked for in seconds, a loop of bars too", () => {
  const ask = { ...WISH, loop: true, length: { in: "bars" as const, bars: 16 } };
  const { order } = lasting({ order: orderOf(ask, SKETCH, null), ask }, 12);
  expect(order.fields).toEqual({ prompt: "warm lofi", loop: true, seed: "7", duration: 12 });
});
