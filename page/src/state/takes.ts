import { computed, signal } from "@preact/signals";
import { type Facts, factsOf } from "../service/facts";
import { analyze } from "../service/listening";
import { compose, type Listener, type Music } from "../service/music";
import type { Ask, Order } from "../service/order";
import { channelsOf, decode, RATE_HZ } from "../sound/context";
import * as deck from "../sound/deck";
import type { Playable } from "../sound/loop-player";
import { energyOf, integratedLufs } from "../sound/loudness";
import { type MidiTrack, midiTracksOf } from "../sound/midi";
import { peaksOf } from "../sound/peaks";
import { unzip } from "../sound/unzip";
import { CLIP_ID, clip } from "./clip";
import { handOver } from "./streaming";

export interface Stem {
  name: string;
  muted: boolean;
  solo: boolean;
}

/** A piece of music that was made in this tab. */
export interface Take {
  id: string;
  number: number;
  order: Order;
  ask: Ask;
  facts: Facts;
  wav: Blob;
  track: deck.Track;
  peaks: number[];
  lengthS: number;
  bodyS: number;
  /** Energy 0..1 of each half second of the body, by loudness. */
  energy: number[];
  stems: Stem[];
  /** The notes, which come with the stems. */
  midi: MidiTrack[];
}

const MOST_TAKES = 24; // a minute of music is 15 MB of memory

export const takes = signal<Take[]>([]);
const chosenId = signal<string | null>(null);
/** The take that the music panel shows: B of the comparison. */
export const chosen = computed(() => takes.value.find((take) => take.id === chosenId.value) ?? null);

const wantedA = signal<string>(CLIP_ID);
/** A of the comparison: the clip, or another take; null where there is nothing to compare with. */
export const a = computed<deck.Track | null>(() => {
  const other = takes.value.find((take) => take.id === wantedA.value && take.id !== chosenId.value);
  return (
    other?.track ?? clip.value?.sound?.track ?? takes.value.find((take) => take.id !== chosenId.value)?.track ?? null
  );
});

export function compareWith(id: string): void {
  const heard = deck.track.value?.id !== chosenId.value;
  wantedA.value = id;
  if (heard && a.value) deck.put(a.value);
}

/** Decodes the music, keeps it, shows it and plays it: from its start, or from where its stream is. */
export async function keep(music: Music, order: Order, ask: Ask): Promise<void> {
  const facts = factsOf(music.headers);
  const buffer = await decode(music.file);
  const channels = channelsOf(buffer);
  const body = Math.min(facts.loopEnd || buffer.length, buffer.length);
  const number = (takes.value[0]?.number ?? 0) + 1;
  const id = `take-${number}`;
  const bodies = channels.map((samples) => samples.subarray(0, body));
  const lufs = integratedLufs(bodies, RATE_HZ);
  const take: Take = {
    id,
    number,
    order,
    ask,
    facts,
    wav: music.file,
    track: { id, playable: { parts: [{ channels, gain: 1 }], body, rings: facts.bars === 0 }, lufs },
    peaks: peaksOf(channels),
    lengthS: buffer.duration,
    bodyS: body / RATE_HZ,
    energy: energyOf(bodies, RATE_HZ),
    stems: [],
    midi: [],
  };
  takes.value = [take, ...takes.value];
  for (const old of takes.value.slice(MOST_TAKES)) remove(old.id);
  chosenId.value = id;
  deck.know(id, lufs);
  if (handOver(take.track, take.lengthS)) return;
  deck.setLooping(facts.bars > 0);
  deck.put(take.track, { fromS: 0 });
  deck.play();
}

/** Shows a take, and goes over to it at the place where the other one was. */
export function choose(id: string): void {
  chosenId.value = id;
  if (chosen.value) deck.put(chosen.value.track);
}

export function remove(id: string): void {
  if (deck.track.value?.id === id) deck.take();
  deck.know(id, null);
  takes.value = takes.value.filter((take) => take.id !== id);
  if (chosenId.value === id) chosenId.value = takes.value[0]?.id ?? null;
}

/** Asks for the take's stems and notes, and plays it from the stems. They add up to the mix. */
export async function fetchStems(take: Take, signal: AbortSignal, listener: Listener): Promise<void> {
  const { file } = await compose(take.order, "zip", signal, listener);
  const files = await unzip(file);
  const notes = await files.get("music.mid")?.arrayBuffer();
  const midi = notes ? midiTracksOf(new Uint8Array(notes)) : [];
  const parts: Playable["parts"] = [];
  const stems: Stem[] = [];
  for (const [name, stem] of [...files].filter(([name]) => name.startsWith("stems/")).sort()) {
    parts.push({ channels: channelsOf(await decode(stem)), gain: 1 });
    stems.push({ name: name.replace(/^stems\/(\d+-)?|\.flac$/g, ""), muted: false, solo: false });
  }
  const track = { ...take.track, playable: { ...take.track.playable, parts } };
  takes.value = takes.value.map((one) => (one.id === take.id ? { ...one, track, stems, midi } : one));
  if (deck.track.value?.id === take.id) deck.put(track);
}

export function setStem(take: Take, place: number, patch: Partial<Stem>): void {
  const stems = take.stems.map((stem, at) => (at === place ? { ...stem, ...patch } : stem));
  takes.value = takes.value.map((one) => (one.id === take.id ? { ...one, stems } : one));
  for (const [part, audible] of audibleStems(stems).entries()) {
    const sound = take.track.playable.parts[part];
    if (sound) sound.gain = audible ? 1 : 0;
    if (deck.track.value?.id === take.id) deck.setPartGain(part, audible ? 1 : 0);
  }
}

/** Has the service listen to the take: plain requests are answered without a measurement of tempo and key. */
export async function measure(take: Take, signal: AbortSignal): Promise<void> {
  const heard = await analyze(new File([take.wav], `${take.id}.wav`), signal);
  const facts = { ...take.facts, bpmMeasured: heard.bpm, keyMeasured: heard.key };
  takes.value = takes.value.map((one) => (one.id === take.id ? { ...one, facts } : one));
}

/** A solo silences all that have none; mute wins over solo. */
export function audibleStems(stems: readonly Stem[]): boolean[] {
  const someSolo = stems.some((stem) => stem.solo);
  return stems.map((stem) => !stem.muted && (stem.solo || !someSolo));
}

/** Whether each track of the notes is heard. It is named as its stem, with the voice behind: "bass (pick_bass)". */
export function audibleTracks({ midi, stems }: Pick<Take, "midi" | "stems">): boolean[] {
  const heard = audibleStems(stems);
  return midi.map(({ name }) => {
    const player = name.replace(/ \(.*\)$/, "");
    return heard[stems.findIndex((stem) => stem.name === player)] ?? true;
  });
}
