import { signal } from "@preact/signals";
import type { Analysis } from "../service/answers";
import { asFault, Fault, isCancel } from "../service/fault";
import { analyze } from "../service/listening";
import { channelsOf, decode, RATE_HZ } from "../sound/context";
import * as deck from "../sound/deck";
import { integratedLufs } from "../sound/loudness";
import { peaksOf } from "../sound/peaks";
import { hear } from "./ask";
import { info } from "./service";

export const CLIP_ID = "clip";

export interface Sound {
  peaks: number[];
  lengthS: number;
  track: deck.Track;
}

export interface Clip {
  file: File;
  /** null where this browser cannot decode it; the service decodes more. */
  sound: Sound | null;
}

export const clip = signal<Clip | null>(null);
export const analysis = signal<Analysis | null>(null);
export const listening = signal(false);
export const clipFault = signal<Fault | null>(null);
let work: AbortController | null = null;

/** Takes a clip in: it plays as soon as it is decoded, while the service listens to it. */
export async function takeIn(file: File): Promise<void> {
  drop();
  const limits = info.value?.limits;
  if (limits && file.size > limits.max_upload_bytes) {
    clipFault.value = new Fault("local_too_large", String(file.size));
    return;
  }
  const mine = new AbortController();
  work = mine;
  clip.value = { file, sound: null };
  listening.value = true;
  const heard = listen(file, mine.signal);
  const sound = await decode(file).then(soundOf, () => null);
  if (mine.signal.aborted) return;
  if (sound) {
    clip.value = { file, sound };
    deck.know(CLIP_ID, sound.track.lufs);
    deck.setLooping(false);
    deck.put(sound.track, { fromS: 0 });
    deck.play();
  }
  await heard;
}

export async function listenAgain(): Promise<void> {
  if (!clip.value) return;
  work = new AbortController();
  await listen(clip.value.file, work.signal);
}

async function listen(file: File, signal: AbortSignal): Promise<void> {
  listening.value = true;
  clipFault.value = null;
  try {
    const said = await analyze(file, signal);
    if (signal.aborted) return;
    analysis.value = said;
    hear(said);
  } catch (error) {
    if (isCancel(error)) return;
    clipFault.value = asFault(error);
  } finally {
    if (!signal.aborted) listening.value = false;
  }
}

/** Lets go of the clip, and of the work for it. */
export function drop(): void {
  work?.abort();
  if (deck.track.value?.id === CLIP_ID) deck.take();
  deck.know(CLIP_ID, null);
  clip.value = null;
  analysis.value = null;
  clipFault.value = null;
  listening.value = false;
  hear(null);
}

function soundOf(buffer: AudioBuffer): Sound {
  const channels = channelsOf(buffer);
  const playable = { parts: [{ channels, gain: 1 }], body: buffer.length, rings: false };
  return {
    peaks: peaksOf(channels),
    lengthS: buffer.duration,
    track: { id: CLIP_ID, playable, lufs: integratedLufs(channels, RATE_HZ) },
  };
}
