import { expect, test } from "vitest";
import { barLines, factsOf } from "../src/service/facts";

test("unknown is null, seeds keep all their digits", () => {
  const scores =
    '[{"seed": 3040407994234482459, "bpm": 78.98, "key": "Eb minor", "off": [], "likeness": null, "cost": 0.0}]';
  const facts = factsOf({ "x-aural-bpm": "unknown", "x-aural-off": "nothing", "x-aural-scores": scores });
  expect(facts).toMatchObject({ bpm: null, off: [], bars: 0, keyMeasured: null });
  expect(facts.scores[0]?.seed).toBe("3040407994234482459");
});

test("bars of a loop divide its body, those of other music follow tempo and metre", () => {
  const loop = factsOf({ "x-aural-bars": "4", "x-aural-bpm": "120" });
  expect(barLines(loop, 8)).toEqual([0, 2, 4, 6]);
  const compound = factsOf({ "x-aural-bpm": "60", "x-aural-metre": "6/8" });
  expect(barLines(compound, 5)).toEqual([0, 2, 4]);
  expect(barLines(factsOf({}), 5)).toEqual([]);
});
