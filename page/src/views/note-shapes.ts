import { type MidiTrack, noteName } from "../sound/midi";

/** What a piano roll is drawn from: `x` in s, `y` from 0, the highest, to 100. */
export interface Shapes {
  /** A path for each track: of notes their outlines, of drums a tick for each stroke. */
  paths: string[];
  /** The lower edges of the notes C. */
  octaves: { name: string; y: number }[];
  /** Where the drums' lane begins; 100 where there is none. */
  laneY: number;
}

const HIGH = 100;
const LANE = 18;
const FEWEST_ROWS = 24; // so that a melody of three notes is not three beams
const GAP_S = 0.02; // between two notes of one pitch

/** One path a track: a picture of thousands of elements would be slow to lay out. */
export function shapesOf(midi: readonly MidiTrack[]): Shapes {
  const pitches = midi.filter((track) => !track.drums).flatMap(pitchesOf);
  const pieces = [...new Set(midi.filter((track) => track.drums).flatMap(pitchesOf))].sort((one, other) => other - one);
  const laneY = pieces.length === 0 ? HIGH : pitches.length === 0 ? 0 : HIGH - LANE;
  const [low, high] = rangeOf(pitches);
  const row = laneY / (high - low + 1);
  const stroke = (HIGH - laneY) / (pieces.length + 1);
  return {
    paths: midi.map((track) =>
      track.drums
        ? track.notes.map((hit) => tick(hit.fromS, laneY + (pieces.indexOf(hit.pitch) + 0.6) * stroke, stroke)).join("")
        : track.notes.map((note) => outline(note.fromS, note.toS, (high - note.pitch) * row, row)).join(""),
    ),
    octaves: Array.from({ length: high - low + 1 }, (_, place) => low + place)
      .filter((pitch) => pitches.length > 0 && pitch % 12 === 0)
      .map((pitch) => ({ name: noteName(pitch), y: (high - pitch + 1) * row })),
    laneY,
  };
}

function pitchesOf(track: MidiTrack): number[] {
  return track.notes.map((note) => note.pitch);
}

/** From the lowest to the highest row, with one to spare on either side. */
function rangeOf(pitches: number[]): [number, number] {
  const low = pitches.reduce((least, pitch) => Math.min(least, pitch), 127) - 1;
  const high = pitches.reduce((most, pitch) => Math.max(most, pitch), low + 1) + 1;
  const more = Math.max(0, FEWEST_ROWS - (high - low + 1));
  return [low - Math.floor(more / 2), high + Math.ceil(more / 2)];
}

function outline(fromS: number, toS: number, y: number, row: number): string {
  const wide = Math.max(0.01, toS - fromS - Math.min(GAP_S, (toS - fromS) / 5)).toFixed(3);
  return `M${fromS.toFixed(3)} ${y.toFixed(2)}h${wide}v${(0.9 * row).toFixed(2)}h-${wide}z`;
}

function tick(atS: number, y: number, row: number): string {
  return `M${atS.toFixed(3)} ${y.toFixed(2)}v${(0.8 * row).toFixed(2)}`;
}
