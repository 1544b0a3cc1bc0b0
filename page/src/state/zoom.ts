import { computed, signal } from "@preact/signals";

const STEP = 2;
/** A sixteenth at 120 bpm is then 30 px wide. */
const MOST_PX_PER_SECOND = 240;
/** A canvas that is wider some browsers leave empty. */
const MOST_PIXELS = 16_384;
const MOST_AT_LEAST = 4; // however short the sound

/** How many times wider than its panel a sound is drawn. */
export class Zoom {
  private readonly wanted = signal(1);
  /** As many as it can be: the panel's width and the sound's length say so. */
  readonly most = signal(1);
  readonly times = computed(() => Math.max(1, Math.min(this.wanted.value, this.most.value)));

  by(factor: number): void {
    this.wanted.value = Math.max(1, Math.min(this.times.value * factor, this.most.value));
  }

  closer(): void {
    this.by(STEP);
  }

  further(): void {
    this.by(1 / STEP);
  }

  fit(): void {
    this.wanted.value = 1;
  }
}

export const zooms = { clip: new Zoom(), music: new Zoom() };

export function mostTimes(lengthS: number, panelPx: number, pixelRatio: number): number {
  if (panelPx <= 0) return 1;
  const wanted = Math.max(MOST_AT_LEAST, (MOST_PX_PER_SECOND * lengthS) / panelPx);
  return Math.max(1, Math.min(wanted, MOST_PIXELS / pixelRatio / panelPx));
}

/** What a turn of the wheel means, or two fingers that are spread: Ctrl comes with both. */
export function factorOf(wheel: { deltaY: number; deltaMode: number }): number {
  const px = wheel.deltaMode === 0 ? wheel.deltaY : 16 * wheel.deltaY;
  return Math.exp(-Math.max(-40, Math.min(40, px)) / 100);
}
