import { computed, signal } from "@preact/signals";
import type { Composer, Info } from "../service/answers";
import { asFault, Fault } from "../service/fault";
import { info as fetchInfo } from "../service/listening";

const AGAIN_MS = 2000;
const MOST_INPUT_S = 30; // where /info is not there yet

/** What /info says: vocabularies, limits, and what the loaded models can. null until it is there. */
export const info = signal<Info | null>(null);
export const starting = signal(false);
export const infoFault = signal<Fault | null>(null);
export const composer = computed<Composer | null>(() => info.value?.models.composer ?? null);
/** How long a clip may be, in s. */
export const mostInputS = computed(() => info.value?.limits.max_input_s ?? MOST_INPUT_S);

/** Asks for /info until the models are warm. */
export async function loadInfo(): Promise<void> {
  infoFault.value = null;
  try {
    info.value = await fetchInfo();
    starting.value = false;
  } catch (error) {
    starting.value = error instanceof Fault && error.code === "not_ready";
    if (starting.value) setTimeout(() => void loadInfo(), AGAIN_MS);
    else infoFault.value = asFault(error);
  }
}
