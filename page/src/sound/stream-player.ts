import { RATE_HZ } from "./context";
import { FADE_S } from "./loop-player";

const LEAD_S = 0.5;
const MOST_LEAD_S = 8;
const SOON_S = 0.05; // for the context to hear of what is to sound

/** A stretch that sounds without a gap. All numbers are samples; `startedAt` is one of the context's clock. */
interface Run {
  startedAt: number;
  from: number;
  to: number;
  out: GainNode;
  sources: AudioBufferSourceNode[];
}

/**
 * Plays music that is still being made, block after block, to the sample. It begins once a lead is there. Where it runs
 * dry it waits for a longer one, and goes on from where it was: many short gaps are worse than a few.
 */
export class StreamPlayer {
  private readonly blocks: { buffer: AudioBuffer; from: number }[] = [];
  private length = 0;
  private place = 0;
  private lead = LEAD_S * RATE_HZ;
  private run: Run | null = null;
  private halted = false;

  constructor(private readonly context: BaseAudioContext) {}

  /** The next samples of the music. */
  push(channels: Float32Array<ArrayBuffer>[]): void {
    const length = channels[0]?.length ?? 0;
    if (length === 0) return;
    const buffer = new AudioBuffer({ length, numberOfChannels: channels.length, sampleRate: RATE_HZ });
    for (const [channel, samples] of channels.entries()) buffer.copyToChannel(samples, channel);
    this.blocks.push({ buffer, from: this.length });
    this.length += length;
    this.goOn();
  }

  get begun(): boolean {
    return this.run !== null || this.place > 0;
  }

  get paused(): boolean {
    return this.halted;
  }

  /** Whether it waits for music that is not there yet. */
  get dry(): boolean {
    return !this.halted && (this.run === null || endOf(this.run) <= this.now);
  }

  get placeS(): number {
    return this.placeAt(this.now) / RATE_HZ;
  }

  play(): void {
    this.halted = false;
    this.goOn();
  }

  pause(): void {
    this.end(this.context.currentTime);
    this.halted = true;
  }

  /** Falls silent at `atS` of the context's clock, in a fade; returns where in the music it is then, in s. */
  end(atS: number): number {
    this.place = this.placeAt(Math.round(atS * RATE_HZ));
    if (this.run) {
      this.run.out.gain.setValueAtTime(1, atS);
      this.run.out.gain.linearRampToValueAtTime(0, atS + FADE_S);
      for (const source of this.run.sources) source.stop(atS + FADE_S);
    }
    this.run = null;
    return this.place / RATE_HZ;
  }

  private get now(): number {
    return Math.round(this.context.currentTime * RATE_HZ);
  }

  private placeAt(time: number): number {
    if (this.run === null) return this.place;
    return Math.min(this.run.to, this.run.from + Math.max(0, time - this.run.startedAt));
  }

  private goOn(): void {
    if (this.halted) return;
    const { run } = this;
    if (run && endOf(run) > this.now + (SOON_S / 2) * RATE_HZ) {
      for (const block of this.blocks) if (block.from >= run.to) this.schedule(run, block);
      return;
    }
    if (run) {
      this.place = run.to;
      this.lead = Math.min(MOST_LEAD_S * RATE_HZ, 2 * this.lead);
      this.run = null;
    }
    if (this.length - this.place >= this.lead) this.begin();
  }

  private begin(): void {
    const startedAt = Math.ceil((this.context.currentTime + SOON_S) * RATE_HZ);
    const out = this.context.createGain();
    out.connect(this.context.destination);
    if (this.place > 0) {
      out.gain.setValueAtTime(0, startedAt / RATE_HZ);
      out.gain.linearRampToValueAtTime(1, startedAt / RATE_HZ + FADE_S);
    }
    const run: Run = { startedAt, from: this.place, to: this.place, out, sources: [] };
    for (const block of this.blocks) if (block.from + block.buffer.length > run.from) this.schedule(run, block);
    this.run = run;
  }

  private schedule(run: Run, { buffer, from }: { buffer: AudioBuffer; from: number }): void {
    const source = new AudioBufferSourceNode(this.context, { buffer });
    const skipped = Math.max(0, run.from - from);
    source.connect(run.out);
    source.start((run.startedAt + from + skipped - run.from) / RATE_HZ, skipped / RATE_HZ);
    run.sources.push(source);
    run.to = from + buffer.length;
  }
}

function endOf(run: Run): number {
  return run.startedAt + run.to - run.from;
}
