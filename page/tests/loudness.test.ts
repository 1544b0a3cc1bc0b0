import { expect, test } from "vitest";
import { energyOf, integratedLufs, loudestFrom } from "../src/sound/loudness";

function sine(hz: number, rateHz: number, seconds: number, peak: number): Float32Array {
  return Float32Array.from({ length: rateHz * seconds }, (_, at) => peak * Math.sin((2 * Math.PI * hz * at) / rateHz));
}

// EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS, at any rate.
test.each([32_000, 48_000])("a sine of 1 kHz at -23 dBFS is -23 LUFS at %i Hz", (rateHz) => {
  const tone = sine(1000, rateHz, 5, 10 ** (-23 / 20));
  expect(integratedLufs([tone, tone], rateHz)).toBeCloseTo(-23, 1);
  expect(integratedLufs([tone], rateHz)).toBeCloseTo(-23, 1);
});

test("silence beside the sound does not count", () => {
  const tone = sine(1000, 32_000, 5, 10 ** (-23 / 20));
  const padded = new Float32Array(3 * tone.length);
  padded.set(tone);
  expect(integratedLufs([padded, padded], 32_000)).toBeCloseTo(-23, 0);
  expect(integratedLufs([new Float32Array(32_000)], 32_000)).toBe(-70);
});

test("energy is 0 at -50 LUFS and 1 at -5", () => {
  const loud = sine(1000, 32_000, 2, 10 ** (-5 / 20));
  const quiet = sine(1000, 32_000, 2, 10 ** (-50 / 20));
  expect(energyOf([loud, loud], 32_000).at(-1)).toBeCloseTo(1, 2);
  expect(energyOf([quiet, quiet], 32_000).at(-1)).toBeCloseTo(0, 2);
});

test("the loudest stretch is found, to a tenth of a second, and lies within the sound", () => {
  const quiet = sine(1000, 32_000, 10, 0.1);
  const loud = sine(1000, 32_000, 2, 0.5);
  const at = (place: number) => {
    const sound = quiet.slice();
    sound.set(loud.subarray(0, sound.length - place), place);
    return loudestFrom([sound, sound], 2 * 32_000, 32_000);
  };
  expect(Math.abs(at(3.2 * 32_000) - 3.2 * 32_000)).toBeLessThan(3300);
  expect(at(9 * 32_000)).toBe(8 * 32_000);
  expect(at(0)).toBe(0);
  expect(loudestFrom([quiet.subarray(0, 32_000)], 32_000, 32_000)).toBe(0);
});
