import { expect, test } from "vitest";
import { stretched } from "../src/service/energy-points";
import { gainOf } from "../src/sound/deck";
import { peaksOf } from "../src/sound/peaks";
import { Tapper } from "../src/sound/tap";
import { wishesOf } from "../src/state/ask";
import { audibleStems } from "../src/state/takes";
import { CATALOGUES, keyName, language, preferred } from "../src/words/words";
import { HEARD } from "./wishes";

test("taps half a second apart are 120 bpm; a pause begins anew", () => {
  const tapper = new Tapper();
  expect(tapper.tap(0)).toBeNull();
  for (const at of [500, 1000, 1510]) tapper.tap(at);
  expect(tapper.tap(2000)).toBe(120);
  expect(tapper.tap(9000)).toBeNull();
});

test("a solo silences the others, mute wins over solo", () => {
  const stem = { name: "", muted: false, solo: false };
  expect(audibleStems([stem, { ...stem, muted: true }])).toEqual([true, false]);
  expect(audibleStems([stem, { ...stem, solo: true }, { ...stem, solo: true, muted: true }])).toEqual([
    false,
    true,
    false,
  ]);
});

test("equal loudness turns down to the quietest, and never up", () => {
  expect(gainOf(-14, -20)).toBeCloseTo(0.501, 3);
  expect(gainOf(-20, -20)).toBe(1);
  expect(gainOf(-20, Number.POSITIVE_INFINITY)).toBe(1);
});

test("peaks keep the sign of the largest excursion of all channels", () => {
  expect(peaksOf([Float32Array.from([0, 0.5, 0, 0]), Float32Array.from([0, -1, 0.25, 0])], 2)).toEqual([-1, 0.25]);
});

test("a curve is stretched by straight lines", () => {
  expect(stretched([0, 1], 3)).toEqual([0, 0.5, 1]);
  expect(stretched([0.2, 0.4], 2)).toEqual([0.2, 0.4]);
});

test("three in a bar is believed where it is plain", () => {
  expect(wishesOf(HEARD).metre).toBe("3/4");
  const details = { ...HEARD.details, tempo: { ...HEARD.details.tempo, bars_confidence: 0.5 } };
  expect(wishesOf({ ...HEARD, details }).metre).toBeNull();
});

test("the browser's first known language is taken", () => {
  expect(preferred(["pt-BR", "de-AT", "en"])).toBe("de");
  expect(preferred(["pt"])).toBe("en");
});

test("keys are named as musicians of the language do", () => {
  language.value = "de";
  expect([keyName("B minor"), keyName("Bb major"), keyName("F# minor")]).toEqual(["h-Moll", "B-Dur", "fis-Moll"]);
  language.value = "ja";
  expect(keyName("A minor")).toBe("イ短調");
  language.value = "en";
});

test("vocabularies are told in every language", () => {
  for (const words of Object.values(CATALOGUES)) {
    expect(Object.keys(words.styles)).toEqual(Object.keys(CATALOGUES.en.styles));
    expect(Object.keys(words.emotions)).toEqual(Object.keys(CATALOGUES.en.emotions));
  }
});
