import { RATE_HZ } from "./context";

const FEWEST = 1600;
const PER_SECOND = 100; // as many as a waveform that is zoomed has room for

/** The largest excursion of each of `count` stretches, with its sign, of all channels: what a waveform is drawn from. */
export function peaksOf(channels: Float32Array[], count = countFor(channels)): number[] {
  const length = channels[0]?.length ?? 0;
  const peaks: number[] = [];
  for (let at = 0; at < count; at++) {
    const end = Math.floor(((at + 1) * length) / count);
    let peak = 0;
    for (const channel of channels) {
      for (let place = Math.floor((at * length) / count); place < end; place++) {
        const value = channel[place] ?? 0;
        if (Math.abs(value) > Math.abs(peak)) peak = value;
      }
    }
    peaks.push(peak);
  }
  return peaks;
}

function countFor([first]: Float32Array[]): number {
  return Math.max(FEWEST, Math.ceil((PER_SECOND * (first?.length ?? 0)) / RATE_HZ));
}
