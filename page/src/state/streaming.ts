import { effect, signal } from "@preact/signals";
import type { Block } from "../service/music";
import { audio } from "../sound/context";
import * as deck from "../sound/deck";
import { channelsOfPcm } from "../sound/pcm";
import { StreamPlayer } from "../sound/stream-player";

const EVERY_MS = 200;
const HANDOVER_S = 0.1; // for the deck to get minutes of sound ready
const NEARLY_S = 0.05;

export interface Streaming {
  state: "playing" | "waiting" | "paused";
  playedS: number;
}

/** Music that is heard while it is made; null before it sounds, and once it is all there. */
export const streaming = signal<Streaming | null>(null);
let player: StreamPlayer | null = null;
let clock = 0;

// One thing plays: whoever starts the deck does not want to hear the stream. A stream that has not begun yet does not
// know of him, and takes its turn as music that comes whole does.
effect(() => {
  if (!deck.playing.value || !player?.begun) return;
  player.pause();
  tell();
});

/** Gets ready to sound. Browsers want a press of a button for that: this is called in one. */
export function begin(): void {
  end();
  player = new StreamPlayer(audio());
  void audio().resume();
}

/** Plays on with what came. */
export function hear({ channels, pcm }: Block): void {
  if (!player) return;
  player.push(channelsOfPcm(pcm, channels));
  if (!player.begun || player.paused) return;
  deck.pause();
  tell();
  if (!clock) clock = window.setInterval(tell, EVERY_MS);
}

export function toggle(): void {
  if (!player) return;
  if (player.paused) {
    deck.pause();
    player.play();
  } else player.pause();
  tell();
}

/**
 * Puts the finished music on the deck at the stream's place, to the sample where the stream sounds. Whether there was a
 * stream to go on from.
 */
export function handOver(track: deck.Track, lengthS: number): boolean {
  const mine = player;
  if (!mine?.begun) return false;
  const atS = audio().currentTime + HANDOVER_S;
  const { paused } = mine;
  const placeS = mine.end(atS);
  end();
  if (paused && deck.playing.value) return true;
  deck.setLooping(false);
  if (placeS > lengthS - NEARLY_S) deck.put(track, { fromS: 0 });
  else if (paused) deck.put(track, { fromS: placeS });
  else deck.goOn(track, placeS, atS);
  return true;
}

/** Silences the stream and lets go of it. */
export function end(): void {
  window.clearInterval(clock);
  clock = 0;
  if (player && !player.paused) player.end(audio().currentTime);
  player = null;
  streaming.value = null;
}

function tell(): void {
  if (!player?.begun) return;
  const state = player.paused ? "paused" : player.dry ? "waiting" : "playing";
  const { placeS: playedS } = player;
  if (state !== streaming.value?.state || playedS !== streaming.value.playedS) streaming.value = { state, playedS };
}
