/** A note: its pitch as MIDI numbers it, 60 for C4. */
export interface Note {
  pitch: number;
  fromS: number;
  toS: number;
}

/** What one player has. */
export interface MidiTrack {
  name: string;
  drums: boolean;
  notes: Note[];
}

/** `meta`: of a meta event which one it is, else null. */
interface MidiEvent {
  tick: number;
  status: number;
  meta: number | null;
  data: Uint8Array;
}

interface Chunk {
  name: string;
  /** By channel; times in ticks. */
  spans: Map<number, { pitch: number; from: number; to: number }[]>;
  tempos: { tick: number; quarterS: number }[];
}

const DRUM_CHANNEL = 9;
const [META, TRACK_NAME, TEMPO] = [0xff, 0x03, 0x51];
const [NOTE_OFF, NOTE_ON, PROGRAM, PRESSURE] = [0x8, 0x9, 0xc, 0xd];
const PITCHES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
const UNTIL_A_TEMPO_S = 0.5; // a quarter note lasts so long

/**
 * The tracks of a Standard MIDI File that have notes, by channel. What is unknown is passed over, and what is cut off
 * ends there. Raises Error where it is none.
 */
export function midiTracksOf(bytes: Uint8Array): MidiTrack[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 14 || textOf(bytes.subarray(0, 4)) !== "MThd") throw new Error("not a MIDI file");
  const chunks: Chunk[] = [];
  for (let at = 8 + view.getUint32(4); at + 8 <= bytes.length; at += 8 + view.getUint32(at + 4)) {
    const isTrack = textOf(bytes.subarray(at, at + 4)) === "MTrk";
    if (isTrack) chunks.push(chunkOf(bytes.subarray(at + 8, at + 8 + view.getUint32(at + 4))));
  }
  const tempos = chunks.flatMap((chunk) => chunk.tempos);
  const secondsOf = clockOf(view.getInt16(12), tempos);
  return chunks.flatMap(({ name, spans }) =>
    [...spans].map(([channel, inTicks]) => ({
      name: spans.size > 1 ? `${name} ${channel + 1}`.trim() : name,
      drums: channel === DRUM_CHANNEL,
      notes: inTicks.map(({ pitch, from, to }) => ({ pitch, fromS: secondsOf(from), toS: secondsOf(to) })),
    })),
  );
}

/** "C4" of 60. */
export function noteName(pitch: number): string {
  return `${PITCHES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** `division`: ticks of a quarter note; where it is negative, frames of a second and ticks of a frame. */
function clockOf(division: number, tempos: Chunk["tempos"]): (tick: number) => number {
  if (division < 0) {
    const ticksOfSecond = -(division >> 8) * (division & 0xff);
    return (tick) => tick / ticksOfSecond;
  }
  let now = { tick: 0, atS: 0, quarterS: UNTIL_A_TEMPO_S };
  const stretches = [now];
  for (const { tick, quarterS } of tempos.toSorted((one, other) => one.tick - other.tick)) {
    now = { tick, atS: now.atS + ((tick - now.tick) * now.quarterS) / division, quarterS };
    stretches.push(now);
  }
  return (tick) => {
    const { tick: from, atS, quarterS } = stretches.findLast((one) => one.tick <= tick) ?? now;
    return atS + ((tick - from) * quarterS) / division;
  };
}

function chunkOf(bytes: Uint8Array): Chunk {
  const chunk: Chunk = { name: "", spans: new Map(), tempos: [] };
  let end = 0;
  for (const { tick, status, meta, data } of eventsOf(bytes)) {
    end = tick;
    if (meta === TRACK_NAME) chunk.name = textOf(data);
    if (meta === TEMPO) chunk.tempos.push({ tick, quarterS: wholeOf(data) / 1e6 });
    const [kind, channel, pitch = 0, strength = 0] = [status >> 4, status & 0xf, ...data];
    if (kind !== NOTE_ON && kind !== NOTE_OFF) continue;
    const spans = chunk.spans.get(channel) ?? [];
    if (kind === NOTE_ON && strength > 0) {
      spans.push({ pitch, from: tick, to: Number.POSITIVE_INFINITY });
      chunk.spans.set(channel, spans);
    } else {
      // Of two that sound at one pitch the first that began is the first that ends.
      const ends = spans.find((span) => span.pitch === pitch && span.to === Number.POSITIVE_INFINITY);
      if (ends) ends.to = tick;
    }
  }
  for (const span of [...chunk.spans.values()].flat()) span.to = Math.min(span.to, end);
  return chunk;
}

function* eventsOf(bytes: Uint8Array): Generator<MidiEvent> {
  let at = 0;
  let tick = 0;
  let running = 0;
  const quantity = () => {
    let value = 0;
    for (let goesOn = true; goesOn && at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      value = 128 * value + (byte & 0x7f);
      goesOn = byte >= 0x80;
    }
    return value;
  };
  while (at < bytes.length) {
    tick += quantity();
    const byte = bytes[at] ?? 0;
    const status = byte >= 0x80 ? byte : running;
    if (byte >= 0x80) at++;
    const meta = status === META ? (bytes[at++] ?? 0) : null;
    const size = sizeOf(status) ?? quantity();
    if (status < 0xf0) running = status;
    yield { tick, status, meta, data: bytes.subarray(at, at + size) };
    at += size;
  }
}

/** Of an event's data, in bytes; null where it says so itself. */
function sizeOf(status: number): number | null {
  if (status === META || status === 0xf0 || status === 0xf7) return null;
  if (status > 0xf0) return 0;
  const kind = status >> 4;
  // Data before any status: they are nobody's.
  return kind < NOTE_OFF || kind === PROGRAM || kind === PRESSURE ? 1 : 2;
}

function wholeOf(bytes: Uint8Array): number {
  return bytes.reduce((whole, byte) => 256 * whole + byte, 0);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
