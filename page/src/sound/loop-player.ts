import { RATE_HZ } from "./context";
import { placeInBody, unroll } from "./unroll";

/** What can be played: one sound, or several stems that are one when they sound together. */
export interface Playable {
  parts: { channels: Float32Array<ArrayBuffer>[]; gain: number }[];
  /** Samples of the body; what follows it is the tail. */
  body: number;
  /** Whether the tail rings on under the next round: not where the music is a loop, which has it in itself already. */
  rings: boolean;
}

export const FADE_S = 0.012; // shorter clicks, longer is heard as a fade

/** Buffers by their first channel. Every seek begins anew, and must not copy minutes of sound each time. */
const plain = new WeakMap<Float32Array, AudioBuffer>();
const unrolls = new WeakMap<Float32Array, AudioBuffer>();

/** The sound as it is, or with `body` unrolled to be looped. */
function bufferOf(channels: Float32Array<ArrayBuffer>[], body: number | null): AudioBuffer {
  const first = channels[0] ?? new Float32Array(1);
  const kept = body === null ? plain : unrolls;
  const before = kept.get(first);
  if (before) return before;
  const sounds = body === null ? channels : channels.map((samples) => unroll(samples, body));
  const length = sounds[0]?.length ?? 1;
  const buffer = new AudioBuffer({ length, numberOfChannels: Math.max(1, sounds.length), sampleRate: RATE_HZ });
  for (const [channel, samples] of sounds.entries()) buffer.copyToChannel(samples, channel);
  kept.set(first, buffer);
  return buffer;
}

/** One playing of a Playable, all of its parts started on one sample. It ends with stop, or by itself when not looped. */
export class LoopPlayer {
  private readonly sources: AudioBufferSourceNode[] = [];
  private readonly gains: GainNode[] = [];
  private readonly out: GainNode;
  private readonly startedAt: number;

  constructor(
    private readonly context: BaseAudioContext,
    private readonly playable: Playable,
    /** `atS`: when on the context's clock it begins; as soon as it can where that is not said. */
    private readonly options: { fromS: number; loop: boolean; gain: number; onEnd: () => void; atS?: number },
  ) {
    this.out = context.createGain();
    this.out.connect(context.destination);
    this.startedAt = options.atS ?? context.currentTime + 0.02;
    // The first attack is heard as it is; from elsewhere the sound comes in without a click.
    this.out.gain.setValueAtTime(options.fromS > 0 ? 0 : options.gain, this.startedAt);
    this.out.gain.linearRampToValueAtTime(options.gain, this.startedAt + FADE_S);
    for (const part of playable.parts) this.start(part.channels, part.gain);
    const first = this.sources[0];
    if (first) first.onended = options.onEnd;
  }

  private start(channels: Float32Array<ArrayBuffer>[], gain: number): void {
    const { body, rings } = this.playable;
    const { loop, fromS } = this.options;
    const unrolled = loop && rings;
    const buffer = bufferOf(channels, unrolled ? body : null);
    const source = new AudioBufferSourceNode(this.context, { buffer, loop });
    if (loop) {
      source.loopStart = unrolled ? body / RATE_HZ : 0;
      source.loopEnd = (unrolled ? 2 * body : body) / RATE_HZ;
    }
    const level = this.context.createGain();
    level.gain.value = gain;
    source.connect(level).connect(this.out);
    source.start(this.startedAt, fromS);
    this.sources.push(source);
    this.gains.push(level);
  }

  /** Where it is, in s of the file. */
  get placeS(): number {
    const elapsed = Math.max(0, this.context.currentTime - this.startedAt);
    if (this.options.loop) return placeInBody(this.options.fromS, elapsed, this.playable.body / RATE_HZ);
    return this.options.fromS + elapsed;
  }

  setGain(gain: number): void {
    this.out.gain.setTargetAtTime(gain, this.context.currentTime, FADE_S);
  }

  /** Of a stem: 0 mutes it. */
  setPartGain(part: number, gain: number): void {
    this.gains[part]?.gain.setTargetAtTime(gain, this.context.currentTime, FADE_S);
  }

  stop(): void {
    const now = this.context.currentTime;
    const first = this.sources[0];
    if (first) first.onended = null;
    this.out.gain.cancelScheduledValues(now);
    this.out.gain.setTargetAtTime(0, now, FADE_S / 3);
    for (const source of this.sources) source.stop(now + 2 * FADE_S);
  }
}
