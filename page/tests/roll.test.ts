import { expect, test } from "vitest";
import { type MidiTrack, noteName } from "../src/sound/midi";
import { audibleTracks } from "../src/state/takes";
import { shapesOf } from "../src/views/note-shapes";

const BASS: MidiTrack = {
  name: "bass (pick_bass)",
  drums: false,
  notes: [
    { pitch: 40, fromS: 0, toS: 1 },
    { pitch: 64, fromS: 1, toS: 1.05 },
  ],
};
const DRUMS: MidiTrack = {
  name: "drums",
  drums: true,
  notes: [
    { pitch: 36, fromS: 0, toS: 0.1 },
    { pitch: 42, fromS: 0.5, toS: 0.6 },
  ],
};

/** Where the parts of a path begin: s, and from the highest to the lowest. */
function beginnings(path: string | undefined): number[][] {
  return [...(path ?? "").matchAll(/M([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

test("notes stand at their times, the higher the higher, and drums in a lane below", () => {
  const { paths, laneY } = shapesOf([BASS, DRUMS]);
  const [low, high] = beginnings(paths[0]);
  const [kick, hat] = beginnings(paths[1]);
  expect([low?.[0], high?.[0], kick?.[0], hat?.[0]]).toEqual([0, 1, 0, 0.5]);
  const heights = [high?.[1], low?.[1], laneY, hat?.[1], kick?.[1]];
  expect(heights).toEqual(heights.toSorted((one = 0, other = 0) => one - other));
  expect(heights.every((y) => y !== undefined && y >= 0 && y <= 100)).toBe(true);
});

test("the octaves are drawn that there are notes in", () => {
  expect(shapesOf([BASS]).octaves.map(({ name }) => name)).toEqual(["C3", "C4"]);
  expect(shapesOf([BASS]).laneY).toBe(100);
  expect(shapesOf([DRUMS]).octaves).toEqual([]);
  expect(shapesOf([])).toMatchObject({ paths: [], octaves: [] });
});

test("pitches have their names", () => {
  expect([21, 60, 61, 127].map(noteName)).toEqual(["A0", "C4", "C♯4", "G9"]);
});

test("a track is heard as its stem is", () => {
  const stem = { name: "bass", muted: false, solo: false };
  const drums = { ...stem, name: "drums" };
  expect(audibleTracks({ midi: [BASS, DRUMS], stems: [{ ...stem, muted: true }, drums] })).toEqual([false, true]);
  expect(audibleTracks({ midi: [BASS, DRUMS], stems: [{ ...drums, solo: true }, stem] })).toEqual([false, true]);
  expect(audibleTracks({ midi: [BASS], stems: [] })).toEqual([true]);
});
