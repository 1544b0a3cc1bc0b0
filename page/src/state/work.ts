import { effect, signal } from "@preact/signals";
import type { Analysis } from "../service/answers";
import { asFault, Fault, isCancel } from "../service/fault";
import { compose, type FinishedTake, type Progress } from "../service/music";
import { newSeed, type Order, orderOf } from "../service/order";
import { type Asked, lasting } from "../service/variation";
import { ask, door, seedLocked, set } from "./ask";
import { analysis, clip } from "./clip";
import { composer } from "./service";
import * as stream from "./streaming";
import { keep } from "./takes";

/** What is being composed, as far as it has told. */
export interface Work {
  ahead: number | null;
  progress: Progress | null;
  takes: FinishedTake[];
  heard: Analysis | null;
  /** Whether it tells anything at all: a service without events does not. */
  told: boolean;
}

export type Outcome = "done" | "cancelled" | null;

export const work = signal<Work | null>(null);
export const workFault = signal<Fault | null>(null);
export const outcome = signal<Outcome>(null);
let abort: AbortController | null = null;
/** What was asked for last; null where it was what stands in the page's controls. */
let last: Asked | null = null;

// What was said about a request is past once another one is being put together.
effect(() => {
  ask.value;
  workFault.value = null;
});

/** The request as the page's controls stand; null where the door's own condition is not met. */
function currentOrder(): Order | null {
  if (!composer.value) return null;
  const heard =
    door.value === "clip" && clip.value && analysis.value ? { clip: clip.value.file, analysis: analysis.value } : null;
  return orderOf(ask.value, composer.value, heard);
}

/** Composes what is asked for, or a request made of one of before. One at a time: while one is made, this does nothing. */
export async function start(request: Asked | null = null): Promise<void> {
  if (work.value) return;
  workFault.value = null;
  outcome.value = null;
  last = request;
  if (request) return make(request);
  if (!ask.value.prompt.trim() && door.value === "prompt") {
    workFault.value = new Fault("local_no_prompt", "prompt: ");
    return;
  }
  if (!seedLocked.value) set({ seed: newSeed() });
  const order = currentOrder();
  if (order) await make({ order, ask: ask.value });
}

/** Asks once more for what went wrong, or for so many seconds of it. */
export function retry(seconds?: number): void {
  if (seconds !== undefined && last === null) set({ length: { in: "seconds", seconds } });
  void start(seconds !== undefined && last ? lasting(last, seconds) : last);
}

async function make({ order, ask: asked }: Asked): Promise<void> {
  const mine = new AbortController();
  abort = mine;
  work.value = { ahead: null, progress: null, takes: [], heard: null, told: false };
  if (order.fields.stream) stream.begin();
  try {
    const music = await compose(order, "wav", mine.signal, {
      heard: (heard) => tell({ heard }),
      queued: (ahead) => tell({ ahead }),
      // Progress is told in the queue too (how long it may take): the place stands until it is ours.
      progress: (progress) => tell({ progress, ahead: work.value?.ahead || null }),
      take: (take) => tell({ takes: [...(work.value?.takes ?? []), take] }),
      audio: stream.hear,
    });
    await keep(music, order, asked);
    outcome.value = "done";
  } catch (error) {
    if (isCancel(error)) outcome.value = "cancelled";
    else workFault.value = asFault(error);
  } finally {
    stream.end();
    work.value = null;
    abort = null;
  }
}

function tell(news: Partial<Work>): void {
  if (work.value) work.value = { ...work.value, ...news, told: true };
}

/** Closes the connection: the service frees the composer's place. */
export function cancel(): void {
  abort?.abort();
}
