import { expect, test } from "vitest";
import { midiTracksOf } from "../src/sound/midi";

const QUARTER = 96; // ticks

function chunk(name: string, data: number[]): number[] {
  const size = data.length;
  return [...bytesOf(name), size >> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff, ...data];
}

function bytesOf(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function named(name: string): number[] {
  return [0x00, 0xff, 0x03, bytesOf(name).length, ...bytesOf(name)];
}

/** A file of type `format`, with the bytes of its tracks. */
function midi(format: number, tracks: number[][], division: [number, number] = [0, QUARTER]): Uint8Array {
  const head = chunk("MThd", [0, format, 0, tracks.length, ...division]);
  return Uint8Array.from([...head, ...tracks.flatMap((track) => chunk("MTrk", track))]);
}

test("notes have the name of their track, and times by the tempos of the first", () => {
  const conductor = [
    ...named("rock, neutral"),
    ...[0x00, 0xff, 0x51, 3, 0x07, 0xa1, 0x20], // 120 bpm
    ...[0x00, 0xff, 0x58, 4, 3, 2, 24, 8], // a time signature
    ...[0x81, 0x40, 0xff, 0x51, 3, 0x0f, 0x42, 0x40], // 192 ticks later 60 bpm
    ...[0x00, 0xff, 0x2f, 0],
  ];
  const bass = [
    ...named("bass (pick_bass)"),
    ...[0x00, 0xc0, 34], // a program: one byte
    ...[0x60, 0x90, 40, 100], // at a quarter
    ...[0x81, 0x40, 0x80, 40, 0], // for two, of which the second is slower
    ...[0x00, 0xff, 0x2f, 0],
  ];
  const drums = [...named("drums"), ...[0x00, 0x99, 36, 90], ...[0x30, 0x89, 36, 0]];
  expect(midiTracksOf(midi(1, [conductor, bass, drums]))).toEqual([
    { name: "bass (pick_bass)", drums: false, notes: [{ pitch: 40, fromS: 0.5, toS: 2 }] },
    { name: "drums", drums: true, notes: [{ pitch: 36, fromS: 0, toS: 0.25 }] },
  ]);
});

test("running status, and a note-on of no strength, which is a note-off", () => {
  const track = [
    ...[0x00, 0x90, 60, 80],
    ...[0x00, 64, 80], // the same status
    ...[0x30, 60, 0],
    ...[0x30, 64, 0],
    ...[0x00, 0xd0, 7], // pressure: one byte of data, and running as well
    ...[0x00, 8],
    ...[0x00, 0x90, 60, 1],
    ...[0x60, 60, 0],
  ];
  expect(midiTracksOf(midi(0, [track]))[0]?.notes).toEqual([
    { pitch: 60, fromS: 0, toS: 0.25 },
    { pitch: 64, fromS: 0, toS: 0.5 },
    { pitch: 60, fromS: 0.5, toS: 1 },
  ]);
});

test("a file of one track has its channels as tracks", () => {
  const track = [...named("all"), ...[0x00, 0x90, 60, 80], ...[0x00, 0x99, 38, 80], ...[0x60, 0x80, 60, 0]];
  expect(midiTracksOf(midi(0, [track])).map(({ name, drums }) => [name, drums])).toEqual([
    ["all 1", false],
    ["all 10", true],
  ]);
});

test("of two of one pitch the first ends first, and what nobody ends lasts to the end", () => {
  const track = [
    ...[0x00, 0x90, 60, 80],
    ...[0x30, 60, 80],
    ...[0x30, 0x80, 60, 0],
    ...[0x60, 0xff, 0x2f, 0], // 192 ticks in all
  ];
  expect(midiTracksOf(midi(1, [track]))[0]?.notes).toEqual([
    { pitch: 60, fromS: 0, toS: 0.5 },
    { pitch: 60, fromS: 0.25, toS: 1 },
  ]);
});

test("what is unknown is passed over", () => {
  const track = [
    ...[0x00, 0xff, 0x7f, 3, 1, 2, 3], // for some sequencer
    ...[0x00, 0xf0, 4, 0x7e, 0x7f, 9, 0xf7], // a system exclusive
    ...[0x00, 0xff, 0x60, 0], // a meta event that nobody defined
    ...[0x00, 0xe0, 0, 64], // a bent pitch
    ...[0x00, 0xb0, 7, 100], // a controller
    ...[0x00, 0x90, 60, 80, 0x60, 60, 0],
  ];
  const whole = midi(1, [track]);
  const other = Uint8Array.from([...whole.subarray(0, 14), ...chunk("XFIH", [1, 2, 3]), ...whole.subarray(14)]);
  expect(midiTracksOf(other)[0]?.notes).toEqual([{ pitch: 60, fromS: 0, toS: 0.5 }]);
});

test("what is cut off anywhere ends there", () => {
  const whole = midi(1, [[...named("bass"), ...[0x00, 0x90, 60, 80, 0x60, 60, 0], ...[0x00, 0xff, 0x2f, 0]]]);
  for (let size = 14; size <= whole.length; size++) {
    expect(midiTracksOf(whole.slice(0, size)).length).toBeLessThanOrEqual(1);
  }
  expect(() => midiTracksOf(whole.slice(0, 13))).toThrow("not a MIDI file");
  expect(() => midiTracksOf(Uint8Array.from(bytesOf("RIFF, and what else there is")))).toThrow("not a MIDI file");
});

test("a division by frames: 25 of a second, 40 ticks each", () => {
  const track = [0x00, 0x90, 60, 80, 0x87, 0x68, 60, 0];
  expect(midiTracksOf(midi(0, [track], [0x100 - 25, 40]))[0]?.notes).toEqual([{ pitch: 60, fromS: 0, toS: 1 }]);
});
