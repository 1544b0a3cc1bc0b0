import { expect, test } from "vitest";
import { placeInBody, unroll } from "../src/sound/unroll";

test("body, then body with the tail faded under it", () => {
  const body = [1, 2, 3, 4, 5, 6];
  const tail = [0.5, 0.5, 0.5];
  const out = unroll(Float32Array.from([...body, ...tail]), body.length);
  expect(out).toHaveLength(12);
  expect([...out.subarray(0, 6)]).toEqual(body);
  expect(out[6]).toBe(1.5); // the tail goes on where the body ended, at full level
  expect(out[7]).toBeGreaterThan(2);
  expect(out[8]).toBeGreaterThan(3);
  expect(out[8]).toBeLessThan(3.25);
  expect([...out.subarray(9)]).toEqual([4, 5, 6]);
});

test("without a tail it is the body twice", () => {
  expect([...unroll(Float32Array.from([1, 2]), 2)]).toEqual([1, 2, 1, 2]);
});

test("the place comes round with the body", () => {
  expect(placeInBody(1, 6, 4)).toBe(3);
});
