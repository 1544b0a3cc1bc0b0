import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { asFault, type Fault, isCancel } from "../service/fault";
import type { Listener } from "../service/music";

/** A request beside the composing: it can be cancelled, tells how far it is, and keeps what went wrong with it. */
export class Errand {
  readonly running = signal<{ percent: number | null } | null>(null);
  readonly fault = signal<Fault | null>(null);
  private abort: AbortController | null = null;

  async run(job: (signal: AbortSignal, listener: Listener) => Promise<void>): Promise<void> {
    if (this.abort) return;
    this.abort = new AbortController();
    this.fault.value = null;
    this.running.value = { percent: null };
    try {
      await job(this.abort.signal, {
        progress: ({ done }) => {
          this.running.value = { percent: Math.round(100 * done) };
        },
      });
    } catch (error) {
      if (!isCancel(error)) this.fault.value = asFault(error);
    } finally {
      this.abort = null;
      this.running.value = null;
    }
  }

  cancel(): void {
    this.abort?.abort();
  }
}

/** A view's errand: it is cancelled when the view goes. */
export function useErrand(): Errand {
  const errand = useMemo(() => new Errand(), []);
  useEffect(() => () => errand.cancel(), [errand]);
  return errand;
}
