import { afterEach, expect, test, vi } from "vitest";
import { channelsOfPcm } from "../src/sound/pcm";
import { StreamPlayer } from "../src/sound/stream-player";
import { Context } from "./context";

afterEach(() => vi.unstubAllGlobals());

function begin() {
  const context = Context.begin();
  const player = new StreamPlayer(context.asBrowsers);
  const push = (seconds: number) => {
    const samples = new Float32Array(Math.round(seconds * 32_000));
    player.push([samples, samples]);
  };
  return { context, player, push, scheduled: context.scheduled };
}

test("samples of 16 bits, both channels in turn", () => {
  const pcm = new Uint8Array(Int16Array.from([16_384, -32_768, 0, 32_767]).buffer);
  const [left, right] = channelsOfPcm(pcm, 2);
  expect([...(left ?? [])]).toEqual([0.5, 0]);
  expect([...(right ?? [])]).toEqual([-1, 32_767 / 32_768]);
});

test("it begins once half a second is there, and goes on without a gap", () => {
  const { context, player, push, scheduled } = begin();
  push(0.3);
  expect(scheduled).toEqual([]);
  expect(player.begun).toBe(false);
  push(0.3);
  expect(scheduled.map(({ at }) => at)).toEqual([0.05, 0.35]);
  context.currentTime = 0.25;
  expect(player.placeS).toBeCloseTo(0.2, 4);
  push(0.4);
  expect(scheduled.at(-1)?.at).toBeCloseTo(0.65, 9);
});

test("what comes in blocks of any size lies sample on sample", () => {
  const { push, scheduled } = begin();
  for (const samples of [16_001, 7, 1023, 333]) push(samples / 32_000);
  const ends = scheduled.map(({ at, length }) => Math.round((at + length) * 32_000));
  expect(scheduled.slice(1).map(({ at }) => at * 32_000)).toEqual(ends.slice(0, -1));
});

test("dry, it waits for a longer lead and goes on with the next sample", () => {
  const { context, player, push, scheduled } = begin();
  push(0.6);
  context.currentTime = 3;
  expect([player.dry, player.placeS]).toEqual([true, 0.6]);
  push(0.6);
  expect(scheduled).toHaveLength(1);
  push(0.6);
  expect(scheduled.slice(1)).toMatchObject([
    { at: 3.05, offset: 0 },
    { at: 3.65, offset: 0 },
  ]);
  context.currentTime = 3.25;
  expect(player.placeS).toBeCloseTo(0.8, 4);
});

test("paused it is silent and keeps its place; it goes on within a block", () => {
  const { context, player, push, scheduled } = begin();
  push(1);
  push(1);
  context.currentTime = 0.55;
  player.pause();
  expect(Math.max(...scheduled.map(({ until }) => until))).toBeLessThan(1.06);
  expect(scheduled[0]?.until).toBeCloseTo(0.562, 6);
  context.currentTime = 9;
  push(1);
  expect(scheduled).toHaveLength(2);
  expect([player.paused, player.placeS]).toEqual([true, 0.5]);
  player.play();
  expect(scheduled.slice(2)).toMatchObject([
    { at: 9.05, offset: 0.5, length: 0.5 },
    { at: 9.55, offset: 0, length: 1 },
    { at: 10.55, offset: 0, length: 1 },
  ]);
});

test("it ends when it is told to, and says where it is then", () => {
  const { context, player, push, scheduled } = begin();
  push(2);
  context.currentTime = 1;
  expect(player.end(1.1)).toBeCloseTo(1.05, 4);
  expect(scheduled[0]?.until).toBeCloseTo(1.112, 6);
});
