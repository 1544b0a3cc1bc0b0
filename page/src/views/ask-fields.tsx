import { Tapper } from "../sound/tap";
import { ask, set } from "../state/ask";
import { composer, info } from "../state/service";
import { keyName, w } from "../words/words";
import { Choice } from "./choice";
import { FaultOf } from "./fault-line";
import { NumberField, SelectField, Switch } from "./fields";

const tapper = new Tapper();

/** One beat of the tempo that somebody taps. */
export function tap(): void {
  const bpm = tapper.tap(performance.now());
  if (bpm !== null) set({ bpm });
}

/** What most people set: tempo, key, metre, length, style, emotion. */
export function AskFields() {
  const words = w.value;
  const now = ask.value;
  const vocabularies = info.value?.vocabularies;
  const metres = composer.value?.metres ?? vocabularies?.metre ?? [];
  return (
    <div class="fields">
      <NumberField
        label={`${words.tempo} (${words.bpm})`}
        field="bpm"
        value={now.bpm}
        min={30}
        max={300}
        step={0.01}
        empty={words.auto}
        onChange={(bpm) => set({ bpm })}
      >
        <button type="button" class="small" title={words.tapHint} onClick={tap}>
          {words.tap}
        </button>
      </NumberField>
      <SelectField
        label={words.key}
        field="key"
        value={now.key}
        options={(vocabularies?.key ?? []).map((key) => ({ value: key, label: keyName(key) }))}
        onChange={(key) => set({ key })}
      />
      <SelectField
        label={words.metre}
        field="metre"
        value={now.metre}
        options={(metres.length ? metres : (vocabularies?.metre ?? [])).map((metre) => ({
          value: metre,
          label: metre,
        }))}
        onChange={(metre) => set({ metre })}
      />
      <SelectField
        label={words.style}
        field="style_id"
        value={now.style}
        options={(vocabularies?.style_id ?? []).map((id) => ({ value: id, label: words.styles[id] ?? id }))}
        onChange={(style) => set({ style })}
      />
      <SelectField
        label={words.emotion}
        field="emotion"
        value={now.emotion}
        options={(vocabularies?.emotion ?? []).map((id) => ({ value: id, label: words.emotions[id] ?? id }))}
        onChange={(emotion) => set({ emotion })}
      />
      <LengthField />
      <div class="field field-loop">
        <Switch
          label={words.loop}
          hint={words.loopHint}
          checked={now.loop}
          disabled={now.continues}
          onChange={(loop) => set(loop ? { loop } : { loop, length: { in: "seconds", seconds: secondsOf() } })}
        />
        <FaultOf field="loop" />
      </div>
    </div>
  );
}

function secondsOf(): number {
  const { length } = ask.value;
  return length.in === "seconds" ? length.seconds : 20;
}

/** Seconds, or bars where the music is to be a loop. */
function LengthField() {
  const words = w.value;
  const { length, loop } = ask.value;
  const limits = info.value?.limits;
  const seconds = length.in === "seconds";
  return (
    <NumberField
      label={words.length}
      field={seconds ? "duration" : "bars"}
      value={seconds ? length.seconds : length.bars}
      min={seconds ? (limits?.min_duration_s ?? 1) : 1}
      max={seconds ? (limits?.max_duration_s ?? 120) : 64}
      step={1}
      onChange={(value) => {
        if (value === null) return;
        set({ length: seconds ? { in: "seconds", seconds: value } : { in: "bars", bars: Math.round(value) } });
      }}
    >
      {loop ? (
        <Choice
          label={words.length}
          class="units"
          value={length.in}
          options={[
            { value: "seconds", label: words.seconds("").trim() },
            { value: "bars", label: words.inBars },
          ]}
          onChange={(unit) =>
            set({ length: unit === "bars" ? { in: "bars", bars: 8 } : { in: "seconds", seconds: secondsOf() } })
          }
        />
      ) : (
        <span class="unit">{words.seconds("").trim()}</span>
      )}
    </NumberField>
  );
}
