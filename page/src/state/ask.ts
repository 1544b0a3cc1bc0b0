import { computed, signal } from "@preact/signals";
import type { Analysis } from "../service/answers";
import { type Ask, type Door, MUSICGEN_DEFAULTS, newSeed } from "../service/order";

/** What belongs to a door: what was heard behind the one is no wish behind the other. All else is shared by both. */
type OfDoor = Pick<Ask, "prompt" | "bpm" | "key" | "metre" | "energyCurve" | "style" | "emotion">;
type Shared = Omit<Ask, keyof OfDoor>;

const NOTHING: OfDoor = {
  prompt: "",
  bpm: null,
  key: null,
  metre: null,
  energyCurve: null,
  style: null,
  emotion: null,
};

export const door = signal<Door>("prompt");
export const seedLocked = signal(false);
const doors = { prompt: signal<OfDoor>(NOTHING), clip: signal<OfDoor>(NOTHING) };
const shared = signal<Shared>({
  length: { in: "seconds", seconds: 20 },
  loop: false,
  candidates: 1,
  loudness: null,
  chords: "",
  ending: null,
  negativePrompt: "",
  tail: true,
  seed: newSeed(),
  continues: false,
  stream: true,
  ...MUSICGEN_DEFAULTS,
});

/** All that is asked for behind the door that is open. */
export const ask = computed<Ask>(() => ({ ...shared.value, ...doors[door.value].value }));
/** What is asked for behind the clip's door: the analysis, as it was corrected by hand. */
export const ofClip = computed<OfDoor>(() => doors.clip.value);

export function set(patch: Partial<Ask>, at: Door = door.value): void {
  const mine: Partial<OfDoor> = {};
  const others: Partial<Shared> = {};
  for (const [name, value] of Object.entries(patch)) Object.assign(name in NOTHING ? mine : others, { [name]: value });
  doors[at].value = { ...doors[at].value, ...mine };
  shared.value = { ...shared.value, ...others };
}

const SURE_OF_THREE = 0.9; // as the service has it: bars of four are common, three are believed where they are plain

/** Fills the clip's door with what was heard, and opens it. */
export function hear(analysis: Analysis | null): void {
  doors.clip.value = analysis ? wishesOf(analysis) : NOTHING;
  door.value = analysis ? "clip" : "prompt";
}

export function wishesOf(analysis: Analysis): OfDoor {
  const { beats_per_bar, bars_confidence } = analysis.details.tempo;
  return {
    prompt: analysis.prompt,
    bpm: analysis.bpm,
    key: analysis.key,
    metre: beats_per_bar === 3 && bars_confidence >= SURE_OF_THREE ? "3/4" : null,
    energyCurve: analysis.energy_curve,
    style: analysis.style_id,
    emotion: analysis.emotion,
  };
}
