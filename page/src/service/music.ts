import type { Analysis } from "./answers";
import { call } from "./call";
import { eventsOf } from "./event-stream";
import { Fault } from "./fault";
import { bodyOf, type Order, unstreamed } from "./order";

export const FORMATS = {
  wav: "audio/wav",
  flac: "audio/flac",
  ogg: "audio/ogg",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  opus: "audio/opus",
  zip: "application/zip",
} as const;
export type FormatName = keyof typeof FORMATS;

/** A finished answer: the file, and its facts by header name. */
export interface Music {
  file: Blob;
  headers: Record<string, string>;
}

export interface Progress {
  stage: "listening" | "composing" | "finishing";
  done: number;
  step: number | null;
  of: number | null;
  seconds_left: number | null;
}

export interface FinishedTake {
  index: number;
  of: number;
  seed: number;
  score: number | null;
}

/** A piece of a stream: 16-bit samples, little-endian, all channels in turn. They come in order and without gaps. */
export interface Block {
  channels: number;
  pcm: Uint8Array<ArrayBuffer>;
}

/** What is told while the music is being made. */
export interface Listener {
  queued?(ahead: number): void;
  heard?(analysis: Analysis): void;
  progress?(progress: Progress): void;
  take?(take: FinishedTake): void;
  /** Where the order streams. */
  audio?(block: Block): void;
}

/** Orders music. Aborting `signal` closes the connection, which frees the composer's place. Raises Fault. */
export async function compose(
  order: Order,
  format: FormatName,
  signal: AbortSignal,
  listener: Listener = {},
): Promise<Music> {
  const { body, headers } = bodyOf(format === "wav" ? order : unstreamed(order));
  const accept = `text/event-stream, ${FORMATS[format]}`;
  const response = await call(order.path, { method: "POST", body, headers: { ...headers, accept }, signal });
  const media = response.headers.get("content-type") ?? "";
  // A service without events answers with the file itself.
  if (!media.startsWith("text/event-stream") || response.body === null) {
    return { file: await response.blob(), headers: Object.fromEntries(response.headers) };
  }
  return told(response.body, listener);
}

async function told(body: ReadableStream<Uint8Array>, listener: Listener): Promise<Music> {
  for await (const { name, data } of eventsOf(body)) {
    const said = JSON.parse(data);
    if (name === "queued") listener.queued?.(said.ahead);
    else if (name === "heard") listener.heard?.(said);
    else if (name === "progress") listener.progress?.(said);
    else if (name === "take") listener.take?.(said);
    else if (name === "audio") listener.audio?.({ channels: said.channels, pcm: bytesOf(said.pcm) });
    else if (name === "error") throw Fault.of(said);
    else if (name === "done") {
      return { file: new Blob([bytesOf(said.file)], { type: said.media_type }), headers: lowered(said.headers) };
    }
  }
  throw new Fault("broken_off", "");
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place);
  return bytes;
}

function lowered(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
