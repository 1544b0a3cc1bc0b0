import type { Analysis } from "../service/answers";
import { ofClip, set } from "../state/ask";
import { num, w } from "../words/words";
import { Readout } from "./readout";

/** The tempo, to be written over; half and double are a click away. */
export function TempoReadout({ analysis }: { analysis: Analysis }) {
  const words = w.value;
  const heard = analysis.bpm;
  const bpm = ofClip.value.bpm;
  const details = analysis.details.tempo;
  const correct = (to: number | null) => set({ bpm: to }, "clip");
  const others =
    heard === null
      ? []
      : [
          { label: words.half, bpm: nearest(heard / 2, details.alternatives) },
          { label: words.double, bpm: nearest(heard * 2, details.alternatives) },
        ].filter((other) => other.bpm >= 30 && other.bpm <= 300);
  return (
    <Readout
      name="tempo"
      label={words.tempo}
      heard={bpm === heard ? null : heard === null ? words.noPulse : num(heard, 1)}
      onReset={() => correct(heard)}
    >
      <p class="big">
        <input
          class="big-input"
          type="number"
          min={30}
          max={300}
          step="any"
          aria-label={`${words.tempo}, ${words.bpm}`}
          placeholder="–"
          value={bpm === null ? "" : Math.round(bpm * 10) / 10}
          onChange={(event) => {
            const given = Number(event.currentTarget.value);
            correct(event.currentTarget.value === "" ? heard : Math.min(300, Math.max(30, given)));
          }}
        />
        <small>{words.bpm}</small>
      </p>
      <p class="hint">
        {heard === null ? words.noPulse : words.sure(num(100 * details.confidence))}
        {details.steady === false && ` ${words.unsteady}`}
      </p>
      <div class="row">
        {others.map((other) => (
          <button
            type="button"
            class="chip"
            key={other.label}
            aria-pressed={bpm === other.bpm}
            onClick={() => correct(bpm === other.bpm ? heard : other.bpm)}
          >
            {other.label} <b>{num(other.bpm, 1)}</b>
          </button>
        ))}
      </div>
    </Readout>
  );
}

/** The tempo that was heard there, where one was: 47.99, not 48. */
function nearest(bpm: number, alternatives: { bpm: number }[]): number {
  const heard = alternatives.find((other) => Math.abs(other.bpm / bpm - 1) < 0.03);
  return Math.round((heard?.bpm ?? bpm) * 100) / 100;
}
