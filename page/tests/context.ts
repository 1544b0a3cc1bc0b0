import { vi } from "vitest";

/** What was scheduled: samples of the buffer from `offset` on, at `at`, until `until`; all in s. */
export interface Scheduled {
  at: number;
  offset: number;
  length: number;
  until: number;
}

/** A stand-in for the audio context of a browser, whose clock the test moves, and which remembers what was scheduled. */
export class Context {
  currentTime = 0;
  readonly destination = {};
  readonly scheduled: Scheduled[] = [];

  createGain() {
    const gain = { value: 1, setValueAtTime: () => 0, linearRampToValueAtTime: () => 0, setTargetAtTime: () => 0 };
    return { gain: { ...gain, cancelScheduledValues: () => 0 }, connect: <T>(to: T) => to };
  }

  async resume(): Promise<void> {}

  /** Puts stand-ins in the places of what browsers have and Node has not. What `decoded` has is what files decode to. */
  static begin(decoded?: (file: ArrayBuffer) => Float32Array): Context {
    const context = new Context();
    vi.stubGlobal("AudioBuffer", Buffer);
    vi.stubGlobal("AudioBufferSourceNode", Source);
    vi.stubGlobal("requestAnimationFrame", () => 0);
    vi.stubGlobal(
      "AudioContext",
      class {
        constructor() {
          // biome-ignore lint/correctness/noConstructorReturn: there is one, and the test looks into it
          return context;
        }
      },
    );
    vi.stubGlobal(
      "OfflineAudioContext",
      class {
        async decodeAudioData(file: ArrayBuffer) {
          if (!decoded) throw new DOMException("unknown", "EncodingError");
          const samples = decoded(file);
          const { length } = samples;
          return { length, duration: length / 32_000, numberOfChannels: 1, getChannelData: () => samples };
        }
      },
    );
    return context;
  }

  get asBrowsers(): BaseAudioContext {
    return this as unknown as BaseAudioContext;
  }
}

class Buffer {
  readonly length: number;

  constructor({ length }: { length: number }) {
    this.length = length;
  }

  copyToChannel(): void {}
}

class Source {
  private mine: Scheduled | null = null;

  constructor(
    private readonly context: Context,
    private readonly options: { buffer: Buffer },
  ) {}

  connect<T>(to: T): T {
    return to;
  }

  start(at: number, offset: number): void {
    const length = this.options.buffer.length / 32_000;
    this.mine = { at, offset, length: length - offset, until: at + length - offset };
    this.context.scheduled.push(this.mine);
  }

  stop(at: number): void {
    if (this.mine) this.mine.until = Math.min(this.mine.until, Math.max(at, this.mine.at));
  }
}
