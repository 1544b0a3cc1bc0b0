import type { ComponentChildren } from "preact";
import type { Analysis } from "../service/answers";
import { ofClip, set } from "../state/ask";
import { info } from "../state/service";
import { keyName, num, w } from "../words/words";
import { DataTable } from "./data-table";
import { EmotionPlane } from "./emotion-plane";

/** What was heard, value by value. Each can be corrected: the music follows what stands here. */
export function Readouts({ analysis }: { analysis: Analysis }) {
  return (
    <div class="readouts">
      <Tempo analysis={analysis} />
      <Key analysis={analysis} />
      <Loudness analysis={analysis} />
      <Style analysis={analysis} />
      <Emotion analysis={analysis} />
    </div>
  );
}

interface ReadoutProps {
  name: string;
  label: string;
  /** What was heard, where it was corrected; else null. */
  heard?: string | null;
  onReset?: () => void;
  children: ComponentChildren;
}

function Readout({ name, label, heard = null, onReset, children }: ReadoutProps) {
  return (
    <section class={`readout readout-${name}`} aria-label={label}>
      <h3>{label}</h3>
      {children}
      {heard !== null && (
        <p class="corrected">
          {w.value.heardAs(heard)}{" "}
          <button type="button" class="link" onClick={onReset}>
            {w.value.asHeard}
          </button>
        </p>
      )}
    </section>
  );
}

function Tempo({ analysis }: { analysis: Analysis }) {
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

function Key({ analysis }: { analysis: Analysis }) {
  const words = w.value;
  const { second, second_confidence, confidence, modulates } = analysis.details.key;
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
      <p class="hint">{analysis.key === null ? words.noKey : words.sure(num(100 * confidence))}</p>
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

function Loudness({ analysis }: { analysis: Analysis }) {
  const words = w.value;
  const { integrated_lufs, range_lu } = analysis.details.loudness;
  const share = Math.min(1, Math.max(0, ((integrated_lufs ?? -50) + 50) / 45));
  return (
    <Readout name="loudness" label={words.loudness}>
      <p class="big">
        {integrated_lufs === null ? "–" : num(integrated_lufs, 1)} <small>{words.lufs}</small>
      </p>
      <p class="meter" aria-hidden="true">
        <i style={{ width: `${100 * share}%` }} />
      </p>
      <p class="hint">
        {words.range} {range_lu === null ? "–" : num(range_lu, 1)} {words.lu}
      </p>
    </Readout>
  );
}

function Style({ analysis }: { analysis: Analysis }) {
  const words = w.value;
  const style = ofClip.value.style;
  const top = analysis.details.styles;
  const most = Math.max(...top.map((one) => one.probability));
  const name = (id: string) => words.styles[id] ?? id;
  return (
    <Readout
      name="style"
      label={words.style}
      heard={style === analysis.style_id ? null : name(analysis.style_id)}
      onReset={() => set({ style: analysis.style_id }, "clip")}
    >
      <ul class="bars">
        {top.map((one) => (
          <li key={one.style_id}>
            <button
              type="button"
              aria-pressed={style === one.style_id}
              onClick={() => set({ style: one.style_id }, "clip")}
            >
              <span>{name(one.style_id)}</span>
              <i style={{ width: `${(60 * one.probability) / most}%` }} aria-hidden="true" />
              <span class="figure">{words.percent(num(100 * one.probability))}</span>
            </button>
          </li>
        ))}
      </ul>
      <select
        aria-label={words.style}
        value={style ?? ""}
        onChange={(event) => set({ style: event.currentTarget.value || null }, "clip")}
      >
        {info.value?.vocabularies.style_id.map((id) => (
          <option key={id} value={id}>
            {name(id)}
          </option>
        ))}
      </select>
    </Readout>
  );
}

function Emotion({ analysis }: { analysis: Analysis }) {
  const words = w.value;
  const { valence, arousal } = analysis.details.emotion;
  const emotion = ofClip.value.emotion;
  return (
    <Readout
      name="emotion"
      label={words.emotion}
      heard={emotion === analysis.emotion ? null : (words.emotions[analysis.emotion] ?? analysis.emotion)}
      onReset={() => set({ emotion: analysis.emotion }, "clip")}
    >
      <EmotionPlane
        point={{ valence, arousal }}
        chosen={emotion}
        words={info.value?.vocabularies.emotion ?? []}
        onChoose={(to) => set({ emotion: to }, "clip")}
      />
      <DataTable
        caption={words.emotion}
        head={[words.emotion, words.value]}
        rows={[
          [words.valence, num(valence, 2)],
          [words.arousal, num(arousal, 2)],
        ]}
      />
    </Readout>
  );
}
