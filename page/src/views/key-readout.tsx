import type { Analysis } from "../service/answers";
import { ofClip, set } from "../state/ask";
import { info } from "../state/service";
import { keyName, num, w } from "../words/words";
import { Readout } from "./readout";

/** The key, to be chosen again; the second best is a click away. */
export function KeyReadout({ analysis }: { analysis: Analysis }) {
  const words = w.value;
  const { second, second_confidence, confidence, modulates, camelot, open_key } = analysis.details.key;
  const key = ofClip.value.key;
  const correct = (to: string | null) => set({ key: to }, "clip");
  return (
    <Readout
      name="key"
      label={words.key}
      heard={key === analysis.key ? null : analysis.key === null ? words.noKey : keyName(analysis.key)}
      onReset={() => correct(analysis.key)}
    >
      <p class="big">
        <select
          class="big-input"
          aria-label={words.key}
          value={key ?? ""}
          onChange={(event) => correct(event.currentTarget.value || null)}
        >
          <option value="">{words.noKey}</option>
          {info.value?.vocabularies.key.map((name) => (
            <option key={name} value={name}>
              {keyName(name)}
            </option>
          ))}
        </select>
      </p>
      <p class="hint">
        {analysis.key === null
          ? words.noKey
          : [words.sure(num(100 * confidence)), camelot, open_key].filter(Boolean).join(" · ")}
      </p>
      {modulates && <p class="hint">{words.modulates}</p>}
      {second && (
        <div class="row">
          <button
            type="button"
            class="chip"
            aria-pressed={key === second}
            onClick={() => correct(key === second ? analysis.key : second)}
          >
            {words.secondBest} <b>{keyName(second)}</b> {words.percent(num(100 * second_confidence, 1))}
          </button>
        </div>
      )}
    </Readout>
  );
}
