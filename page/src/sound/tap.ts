const FORGET_MS = 2000;
const MOST_TAPS = 8;

/** A tempo from taps: the median of the last gaps, forgotten after two seconds without one. */
export class Tapper {
  private taps: number[] = [];

  /** The tempo in beats a minute after this tap; null before the second one. */
  tap(atMs: number): number | null {
    if (atMs - (this.taps.at(-1) ?? Number.NEGATIVE_INFINITY) > FORGET_MS) this.taps = [];
    this.taps = [...this.taps, atMs].slice(-MOST_TAPS);
    const gaps = this.taps.slice(1).map((tap, place) => tap - (this.taps[place] ?? 0));
    const middle = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
    if (!middle) return null;
    return Math.min(300, Math.max(30, Math.round(60_000 / middle)));
  }
}
