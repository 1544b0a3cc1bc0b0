import { computed, effect, signal } from "@preact/signals";
import { audio, RATE_HZ } from "./context";
import { LoopPlayer, type Playable } from "./loop-player";

/** A sound that is on the deck: the clip, or a take. */
export interface Track {
  id: string;
  playable: Playable;
  lufs: number;
}

/** The one thing that plays. Tracks take turns on it: going over to another keeps the place, so that A and B compare. */
export const track = signal<Track | null>(null);
export const playing = signal(false);
export const looping = signal(false);
/** All tracks as loud as the quietest: nothing is turned up, so nothing clips. */
export const equalLoudness = signal(true);
export const placeS = signal(0);

const known = signal<ReadonlyMap<string, number>>(new Map());
const quietest = computed(() => Math.min(...known.value.values()));
let player: LoopPlayer | null = null;

/** Tells the deck how loud a track is before it plays, so that the first comparison is fair already. */
export function know(id: string, lufs: number | null): void {
  const next = new Map(known.value);
  if (lufs === null) next.delete(id);
  else next.set(id, lufs);
  known.value = next;
}

export function gainOf(lufs: number, reference: number): number {
  return Number.isFinite(reference) ? Math.min(1, 10 ** ((reference - lufs) / 20)) : 1;
}

function gain(): number {
  return track.value && equalLoudness.value ? gainOf(track.value.lufs, quietest.value) : 1;
}

effect(() => {
  equalLoudness.value;
  quietest.value;
  player?.setGain(gain());
});

/** Puts a track on without starting it; what plays already goes on with it. */
export function put(next: Track, at: { fromS?: number } = {}): void {
  const goesOn = playing.value;
  const lengthS = lengthOf(next.playable);
  const from = at.fromS ?? placeS.value;
  halt();
  track.value = next;
  placeS.value = lengthS > 0 ? from % lengthS : 0;
  if (goesOn) play();
}

/** Goes on with a track from `fromS`, at `atS` of the context's clock: where something else leaves off. */
export function goOn(next: Track, fromS: number, atS: number): void {
  halt();
  track.value = next;
  placeS.value = fromS;
  play(atS);
}

export function play(atS?: number): void {
  const now = track.value;
  if (!now) return;
  const context = audio();
  void context.resume();
  player?.stop();
  const bodyS = now.playable.body / RATE_HZ;
  if (placeS.value >= (looping.value ? bodyS : lengthOf(now.playable)) - 0.02) placeS.value = 0;
  player = new LoopPlayer(context, now.playable, {
    fromS: placeS.value,
    loop: looping.value,
    gain: gain(),
    ...(atS === undefined ? {} : { atS }),
    onEnd: () => {
      player = null;
      playing.value = false;
      placeS.value = 0;
    },
  });
  playing.value = true;
  requestAnimationFrame(follow);
}

export function pause(): void {
  halt();
}

/** Takes off what is on the deck. */
export function take(): void {
  halt();
  track.value = null;
  placeS.value = 0;
}

export function toggle(): void {
  if (playing.value) pause();
  else play();
}

export function seek(toS: number): void {
  placeS.value = Math.max(0, toS);
  if (playing.value) play();
}

export function setLooping(on: boolean): void {
  if (player) placeS.value = player.placeS;
  looping.value = on;
  if (playing.value) play();
}

/** Of a stem of what is on the deck. */
export function setPartGain(part: number, level: number): void {
  const sound = track.value?.playable.parts[part];
  if (sound) sound.gain = level;
  player?.setPartGain(part, level);
}

function halt(): void {
  if (player) placeS.value = player.placeS;
  player?.stop();
  player = null;
  playing.value = false;
}

function follow(): void {
  if (!player) return;
  placeS.value = player.placeS;
  requestAnimationFrame(follow);
}

function lengthOf(playable: Playable): number {
  return (playable.parts[0]?.channels[0]?.length ?? 0) / RATE_HZ;
}
