import { expect, test } from "vitest";
import { bodyOf, jsonOf, orderOf } from "../src/service/order";
import { recipe } from "../src/service/recipe";
import { AS_HEARD, HEARD, MUSICGEN, SKETCH, WISH } from "./wishes";

const clip = new File(["sound"], "it's mine.ogg");
const heard = { clip, analysis: HEARD };

test("from a prompt: only what was wished is sent", () => {
  expect(orderOf(WISH, SKETCH, null)).toEqual({
    path: "/generate",
    fields: { prompt: "warm lofi", duration: 20, seed: "7" },
    clip: null,
  });
});

test("like the clip: what was heard is left to the service", () => {
  expect(orderOf(AS_HEARD, SKETCH, heard)).toEqual({ path: "/compose", fields: { duration: 20, seed: "7" }, clip });
});

test("controls that /compose takes are corrected there", () => {
  const order = orderOf({ ...AS_HEARD, emotion: "sad", energyCurve: [0, 1] }, SKETCH, heard);
  expect(order.path).toBe("/compose");
  expect(order.fields).toMatchObject({ emotion: "sad", energy_curve: [0, 1] });
  expect(order.fields).not.toHaveProperty("style_id");
});

test("a corrected tempo is followed: /generate gets it with all that was heard", () => {
  const order = orderOf({ ...AS_HEARD, bpm: 192 }, SKETCH, heard);
  expect(order).toMatchObject({ path: "/generate", clip: null });
  expect(order.fields).toMatchObject({
    prompt: HEARD.prompt,
    bpm: 192,
    key: "E minor",
    style_id: "folk",
    emotion: "dreamy",
    energy_curve: HEARD.energy_curve,
  });
});

test("a loop is as long as it is told once: bars or duration, and has no ending", () => {
  const loop = { ...WISH, loop: true, ending: "fade" };
  expect(orderOf({ ...loop, length: { in: "bars", bars: 8 } }, SKETCH, null).fields).toEqual({
    prompt: "warm lofi",
    loop: true,
    bars: 8,
    seed: "7",
  });
  expect(orderOf(loop, SKETCH, null).fields).toMatchObject({ loop: true, duration: 20 });
});

test("what the composer cannot do is not asked of it", () => {
  const wish = { ...WISH, chords: "Am F", ending: "ring", guidance: 5, continues: true };
  const musicgen = orderOf(wish, MUSICGEN, null).fields;
  expect(musicgen).toMatchObject({ guidance: 5 });
  expect(musicgen).not.toHaveProperty("chords");
  expect(musicgen).not.toHaveProperty("ending");
  const sketch = orderOf(wish, SKETCH, null).fields;
  expect(sketch).toMatchObject({ chords: "Am F", ending: "ring" });
  expect(sketch).not.toHaveProperty("guidance");
});

test("MusicGen's music comes while it is made, where nothing needs all of it", () => {
  expect(orderOf(WISH, MUSICGEN, null).fields.stream).toBe(true);
  expect(orderOf({ ...AS_HEARD, bpm: 50 }, MUSICGEN, heard).fields.stream).toBe(true);
  for (const wish of [{ loop: true }, { candidates: 2 }, { loudness: -14 }, { stream: false }]) {
    expect(orderOf({ ...WISH, ...wish }, MUSICGEN, null).fields).not.toHaveProperty("stream");
  }
  expect(orderOf(WISH, SKETCH, null).fields).not.toHaveProperty("stream");
  expect(orderOf(AS_HEARD, MUSICGEN, heard).fields).not.toHaveProperty("stream");
});

test("going on from the clip is /compose, and no loop", () => {
  const order = orderOf({ ...AS_HEARD, bpm: 50, continues: true, loop: true }, MUSICGEN, heard);
  expect(order).toMatchObject({ path: "/compose", fields: { mode: "continue" } });
  expect(order.fields).not.toHaveProperty("loop");
});

test("a seed of 63 bits is sent to its last digit", () => {
  const order = orderOf({ ...WISH, seed: "9223372036854775807" }, SKETCH, null);
  expect(jsonOf(order)).toContain('"seed":9223372036854775807}');
  expect(bodyOf(order).body).toBe(jsonOf(order));
});

test("multipart: lists as JSON, the clip as a file", () => {
  const form = bodyOf(orderOf({ ...AS_HEARD, energyCurve: [0, 0.5] }, SKETCH, heard)).body as FormData;
  expect(form.get("energy_curve")).toBe("[0,0.5]");
  expect((form.get("file") as File).name).toBe(clip.name);
});

test("recipes name the same request, quoted for where they go", () => {
  const order = orderOf({ ...WISH, prompt: "it's $warm", energyCurve: [0, 1] }, SKETCH, null);
  expect(recipe("curl", order, "http://here")).toContain(`"prompt":"it'\\''s $warm"`);
  expect(recipe("python", order, "http://here")).toContain("energy_curve=[0, 1],");
  expect(JSON.parse(recipe("json", order, ""))).toEqual({
    prompt: "it's $warm",
    duration: 20,
    energy_curve: [0, 1],
    seed: 7,
  });
  const compose = orderOf({ ...AS_HEARD, loop: true }, SKETCH, heard);
  expect(recipe("curl", compose, "http://here")).toContain(`'file=@"it'\\''s mine.ogg"'`);
  expect(recipe("python", compose, "http://here")).toContain("loop=True,");
});
