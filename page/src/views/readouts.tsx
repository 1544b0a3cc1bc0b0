import type { Analysis } from "../service/answers";
import { ofClip, set } from "../state/ask";
import { info } from "../state/service";
import { num, w } from "../words/words";
import { DataTable } from "./data-table";
import { EmotionPlane } from "./emotion-plane";
import { KeyReadout } from "./key-readout";
import { Readout } from "./readout";
import { TempoReadout } from "./tempo-readout";

/** What was heard, value by value. Each can be corrected: the music follows what stands here. */
export function Readouts({ analysis }: { analysis: Analysis }) {
  return (
    <div class="readouts">
      <TempoReadout analysis={analysis} />
      <KeyReadout analysis={analysis} />
      <Loudness analysis={analysis} />
      <Style analysis={analysis} />
      <Emotion analysis={analysis} />
      {somethingCorrected(analysis) && <p class="corrected corrected-all">{w.value.correctedNote}</p>}
    </div>
  );
}

function somethingCorrected(analysis: Analysis): boolean {
  const { bpm, key, style, emotion } = ofClip.value;
  const { bpm: heardBpm, key: heardKey, style_id, emotion: heardEmotion } = analysis;
  return bpm !== heardBpm || key !== heardKey || style !== style_id || emotion !== heardEmotion;
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
              <i style={{ width: `${(100 * one.probability) / most}%` }} aria-hidden="true" />
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
