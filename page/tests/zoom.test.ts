import { expect, test } from "vitest";
import { peaksOf } from "../src/sound/peaks";
import { factorOf, mostTimes, Zoom } from "../src/state/zoom";
import { Follower } from "../src/views/follower";

const PANEL_PX = 800;

/** What a browser has that scrolls from 0 to `most`, in whole px. */
function scroller(most: number) {
  let left = 0;
  return {
    get scrollLeft() {
      return left;
    },
    set scrollLeft(px: number) {
      left = Math.round(Math.min(most, Math.max(0, px)));
    },
  };
}

/** Plays from `fromPx` to `toPx`, 4 px a frame. */
function play(follower: Follower, fromPx: number, toPx: number): void {
  for (let x = fromPx; x <= toPx; x += 4) follower.follow(x, PANEL_PX, true);
}

test("a zoom goes by steps from the whole to the most, and back at once", () => {
  const zoom = new Zoom();
  zoom.closer();
  expect(zoom.times.value).toBe(1);
  zoom.most.value = 5;
  for (let step = 0; step < 3; step++) zoom.closer();
  expect(zoom.times.value).toBe(5);
  zoom.further();
  expect(zoom.times.value).toBe(2.5);
  zoom.fit();
  zoom.further();
  expect(zoom.times.value).toBe(1);
});

test("a shorter sound is zoomed less, and the zoom is there again for a longer one", () => {
  const zoom = new Zoom();
  zoom.most.value = 16;
  zoom.by(16);
  zoom.most.value = 4;
  expect(zoom.times.value).toBe(4);
  zoom.most.value = 16;
  expect(zoom.times.value).toBe(16);
});

test("no canvas becomes wider than browsers can draw, and short sounds are zoomed too", () => {
  expect(mostTimes(60, PANEL_PX, 1) * PANEL_PX).toBe(60 * 240);
  expect(mostTimes(120, PANEL_PX, 1) * PANEL_PX).toBe(16_384);
  expect(mostTimes(60, PANEL_PX, 2) * PANEL_PX).toBe(8_192);
  expect(mostTimes(2, PANEL_PX, 1)).toBe(4);
  expect(mostTimes(2, 0, 1)).toBe(1);
});

test("there is a peak for every line that a waveform has room for", () => {
  const most = mostTimes(60, PANEL_PX, 1) * PANEL_PX;
  expect(peaksOf([new Float32Array(60 * 32_000)]).length).toBeGreaterThan(most / 3);
  expect(peaksOf([new Float32Array(320)]).length).toBe(1600);
});

test("a turn of the wheel zooms, the same whether it is told in px or in lines, and back undoes it", () => {
  expect(factorOf({ deltaY: -120, deltaMode: 0 })).toBeCloseTo(1.49, 2);
  expect(factorOf({ deltaY: -3, deltaMode: 1 })).toBeCloseTo(1.49, 2);
  expect(factorOf({ deltaY: 7, deltaMode: 0 }) * factorOf({ deltaY: -7, deltaMode: 0 })).toBeCloseTo(1, 9);
});

test("while it plays the place goes to the middle, and then the picture moves", () => {
  const box = scroller(7200);
  const follower = new Follower(box, false);
  play(follower, 0, 396);
  expect(box.scrollLeft).toBe(0);
  play(follower, 400, 1400);
  expect(box.scrollLeft).toBe(1000);
  play(follower, 1404, 8000);
  expect(box.scrollLeft).toBe(7200);
  follower.follow(0, PANEL_PX, true);
  expect(box.scrollLeft).toBe(0);
});

test("what began far from the middle glides there, however fast the place moves", () => {
  const box = scroller(7200);
  const follower = new Follower(box, false);
  for (let x = 700; x <= 2200; x += 30) follower.follow(x, PANEL_PX, true);
  expect(box.scrollLeft).toBe(2200 - PANEL_PX / 2);
});

test("who scrolls is left alone until the place comes by, or it is begun again", () => {
  const box = scroller(7200);
  const follower = new Follower(box, false);
  play(follower, 0, 800);
  box.scrollLeft = 1000;
  follower.scrolled();
  play(follower, 804, 1396);
  expect(box.scrollLeft).toBe(1000);
  play(follower, 1400, 1600);
  expect(box.scrollLeft).toBe(1200);
  box.scrollLeft = 100;
  follower.scrolled();
  play(follower, 1604, 2000);
  expect(box.scrollLeft).toBe(100);
  follower.goOn();
  play(follower, 2004, 2008);
  expect(box.scrollLeft).toBe(2004 - PANEL_PX / 2 + 4);
});

test("its own scrolling it does not take for somebody's", () => {
  const box = scroller(7200);
  const follower = new Follower(box, false);
  for (let x = 0; x <= 1000; x += 4) {
    follower.follow(x, PANEL_PX, true);
    follower.scrolled();
  }
  expect(box.scrollLeft).toBe(600);
});

test("nothing moves under a finger, and what stands still is only kept in sight", () => {
  const box = scroller(7200);
  const follower = new Follower(box, false);
  follower.pressed = true;
  play(follower, 0, 1000);
  expect(box.scrollLeft).toBe(0);
  follower.pressed = false;
  follower.follow(790, PANEL_PX, false);
  expect(box.scrollLeft).toBe(0);
  follower.follow(2000, PANEL_PX, false);
  expect(box.scrollLeft).toBe(1600);
});

test("who wants little motion has it part by part", () => {
  const box = scroller(7200);
  const follower = new Follower(box, true);
  const seen = new Set<number>();
  for (let x = 0; x <= 2400; x += 4) {
    follower.follow(x, PANEL_PX, true);
    seen.add(box.scrollLeft);
  }
  expect(seen.size).toBe(4);
});
