import { signal } from "@preact/signals";
import type { Analysis } from "../service/answers";
import { asFault, Fault, isCancel } from "../service/fault";
import { analyze } from "../service/listening";
import { channelsOf, decode, RATE_HZ } from "../sound/context";
import * as deck from "../sound/deck";
import { integratedLufs } from "../sound/loudness";
import { peaksOf } from "../sound/peaks";
import { statedLengthS } from "../sound/stated-length";
import { hear } from "./ask";
import { info, mostInputS } from "./service";

export const CLIP_ID = "clip";
const SLACK_S = 0.25; // codecs pad, and the service lets as much pass: between here and there it has the say
const SMALL_BYTES = 10 * 2 ** 20;
const MOST_DECODED_BYTES = 300 * 2 ** 20;
const MOST_DECODED_S = 900;

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

/**
 * Takes a clip in: it plays as soon as it is decoded, while the service listens to it. What is too long or too large is
 * not sent.
 */
export async function takeIn(file: File): Promise<void> {
  drop();
  const mine = new AbortController();
  work = mine;
  clip.value = { file, sound: null };
  listening.value = true;
  const sound = (await bearable(file)) ? await decode(file).then(soundOf, () => null) : null;
  if (mine.signal.aborted) return;
  const fault = misfit(file, sound);
  clip.value = fault && !sound ? null : { file, sound };
  if (sound) {
    deck.know(CLIP_ID, sound.track.lufs);
    deck.setLooping(false);
    deck.put(sound.track, { fromS: 0 });
  }
  if (fault) {
    clipFault.value = fault;
    listening.value = false;
    return;
  }
  if (sound) deck.play();
  await listen(file, mine.signal);
}

/** Whether it is short enough to be decoded: minutes of sound are hundreds of megabytes of memory. */
async function bearable(file: File): Promise<boolean> {
  if (file.size <= SMALL_BYTES) return true;
  if (file.size > MOST_DECODED_BYTES) return false;
  const lengthS = await statedLengthS(file);
  return lengthS === null ? !tooLarge(file) : lengthS <= MOST_DECODED_S;
}

/** Why the service would not take it, as far as that can be told here. */
function misfit(file: File, sound: Sound | null): Fault | null {
  if (sound && sound.lengthS > mostInputS.value + SLACK_S) return new Fault("local_too_long", String(sound.lengthS));
  return tooLarge(file) ? new Fault("local_too_large", String(file.size)) : null;
}

function tooLarge(file: File): boolean {
  return file.size > (info.value?.limits.max_upload_bytes ?? Number.POSITIVE_INFINITY);
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
