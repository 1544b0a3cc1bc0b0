import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { stretched } from "../service/energy-points";
import { ask, door, set } from "../state/ask";
import { analysis } from "../state/clip";
import { num, w } from "../words/words";
import { DataTable } from "./data-table";
import { FaultOf } from "./fault-line";

const POINTS = 24;
const STEP = 0.05;

/** The energy that the music follows: drawn with the mouse or a finger, or point by point with the arrow keys. */
export function EnergyEditor() {
  const words = w.value;
  const at = useSignal(0);
  const last = useRef<{ place: number; value: number } | null>(null);
  const curve = ask.value.energyCurve;
  const points = curve ? stretched(curve, Math.min(64, Math.max(POINTS, curve.length))) : null;
  const count = points?.length ?? POINTS;
  const now = Math.min(at.value, count - 1);
  const shown = points ?? new Array<number>(POINTS).fill(0.5);

  const put = (place: number, value: number) => {
    const next = [...shown];
    const from = last.current ?? { place, value };
    // A fast hand skips points: those between two positions lie on the line between them.
    const steps = Math.max(1, Math.abs(place - from.place));
    for (let step = 0; step <= steps; step++) {
      const between = Math.round(from.place + ((place - from.place) * step) / steps);
      next[between] = round(from.value + ((value - from.value) * step) / steps);
    }
    last.current = { place, value };
    at.value = place;
    set({ energyCurve: next });
  };

  const draw = (event: PointerEvent) => {
    if (event.buttons === 0) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width;
    const place = Math.min(count - 1, Math.max(0, Math.floor(across * count)));
    put(place, Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height)));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const value = shown[now] ?? 0.5;
    last.current = null;
    if (event.key === "ArrowLeft") at.value = Math.max(0, now - 1);
    else if (event.key === "ArrowRight") at.value = Math.min(count - 1, now + 1);
    else if (event.key === "ArrowUp") put(now, Math.min(1, value + STEP));
    else if (event.key === "ArrowDown") put(now, Math.max(0, value - STEP));
    else if (event.key === "Home") at.value = 0;
    else if (event.key === "End") at.value = count - 1;
    else return;
    event.preventDefault();
  };

  const percent = num(100 * (shown[now] ?? 0));
  return (
    <div class="energy">
      <div class="energy-head">
        <span class="label" id="energy-label">
          {words.drawEnergy}
        </span>
        {curve === null && <span class="hint">{words.auto}</span>}
        {door.value === "clip" && analysis.value && curve !== analysis.value.energy_curve && (
          <button type="button" class="link" onClick={() => set({ energyCurve: analysis.value?.energy_curve ?? null })}>
            {words.asClip}
          </button>
        )}
        {curve !== null && (
          <button type="button" class="link" onClick={() => set({ energyCurve: null })}>
            {words.clear}
          </button>
        )}
      </div>
      <div
        class={`energy-board ${curve === null ? "energy-none" : ""}`}
        role="slider"
        tabIndex={0}
        aria-labelledby="energy-label"
        aria-describedby="energy-hint"
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * (shown[now] ?? 0))}
        aria-valuetext={words.point(now + 1, count, percent)}
        onPointerDown={(event) => {
          last.current = null;
          event.currentTarget.setPointerCapture(event.pointerId);
          draw(event);
        }}
        onPointerMove={draw}
        onKeyDown={onKeyDown}
      >
        <svg viewBox={`0 0 ${count} 1`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <polygon class="energy-area" points={`0,1 ${corners(shown)} ${count},1`} />
          <polyline class="energy-line" points={corners(shown)} />
        </svg>
        <i
          class="energy-point"
          aria-hidden="true"
          style={{ left: `${(100 * (now + 0.5)) / count}%`, top: `${100 * (1 - (shown[now] ?? 0))}%` }}
        />
      </div>
      <p class="hint" id="energy-hint">
        {words.drawHint}
      </p>
      <FaultOf field="energy_curve" />
      {points && (
        <DataTable
          caption={words.drawEnergy}
          head={[words.time, words.energy]}
          rows={points.map((value, place) => [words.percent(num((100 * place) / count)), num(value, 2)])}
        />
      )}
    </div>
  );
}

function corners(values: number[]): string {
  const middle = values.map((value, place) => `${place + 0.5},${1 - value}`);
  return [`0,${1 - (values[0] ?? 0)}`, ...middle, `${values.length},${1 - (values.at(-1) ?? 0)}`].join(" ");
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
