import { useContext } from "preact/hooks";
import { Times } from "./timeline";

interface Props {
  lengthS: number;
  beats?: number[];
  bars?: number[];
  curves?: { name: string; values: number[]; stepS: number }[];
  /** Where the body ends and the tail begins: the loop point. */
  bodyS?: number;
  loop?: boolean;
}

/** What lies over a waveform: bar lines with their numbers, beats, energy curves, loop points. */
export function Overlay({ lengthS, beats = [], bars = [], curves = [], bodyS, loop = false }: Props) {
  // Numbers on every bar are a mess where there are many.
  const room = 17 * useContext(Times).value;
  const every = [1, 2, 4, 8, 16, 32].find((step) => bars.length / step <= room) ?? 64;
  return (
    <>
      <svg class="overlay" viewBox={`0 0 ${lengthS} 1`} preserveAspectRatio="none" focusable="false" aria-hidden="true">
        {beats.map((at) => (
          <line key={at} class="overlay-beat" x1={at} x2={at} y1={0.96} y2={1} />
        ))}
        {bars.map((at) => (
          <line key={at} class="overlay-bar" x1={at} x2={at} y1={0} y2={1} />
        ))}
        {bodyS !== undefined && bodyS < lengthS && (
          <rect class="overlay-tail" x={bodyS} y={0} width={lengthS - bodyS} height={1} />
        )}
        {curves.map(({ name, values, stepS }) => (
          <g key={name}>
            <polyline class="overlay-halo" points={pointsOf(values, stepS, lengthS)} />
            <polyline class={`overlay-curve overlay-curve-${name}`} points={pointsOf(values, stepS, lengthS)} />
          </g>
        ))}
        {bodyS !== undefined && loop && (
          <>
            <line class="overlay-loop" x1={0} x2={0} y1={0} y2={1} />
            <line class="overlay-loop" x1={bodyS} x2={bodyS} y1={0} y2={1} />
          </>
        )}
      </svg>
      {bars.map((at, bar) =>
        bar % every === 0 ? (
          <span key={at} class="overlay-number" style={{ left: `${(100 * at) / lengthS}%` }}>
            {bar + 1}
          </span>
        ) : null,
      )}
    </>
  );
}

export function pointsOf(values: number[], stepS: number, lengthS: number): string {
  return values
    .map((value, place) => `${Math.min(lengthS, (place + 0.5) * stepS).toFixed(3)},${(1 - value).toFixed(3)}`)
    .join(" ");
}
