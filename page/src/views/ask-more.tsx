import { useSignalEffect } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { type Composer, samples } from "../service/answers";
import { needsWhole, newSeed, pathOf } from "../service/order";
import { ask, door, seedLocked, set } from "../state/ask";
import { analysis } from "../state/clip";
import { composer } from "../state/service";
import { workFault } from "../state/work";
import { w } from "../words/words";
import { Field, NumberField, SelectField, Switch, TextField } from "./fields";
import { Icon } from "./icon";

const MOST_CHARS = 500;

/** What few people set. What the loaded composer cannot do is not here. */
export function AskMore() {
  const words = w.value;
  const now = ask.value;
  const can = composer.value;
  const details = useRef<HTMLDetailsElement>(null);
  // What the service said about a field must not stay behind a closed door.
  useSignalEffect(() => {
    const field = workFault.value?.field;
    if (field && details.current?.querySelector(`.field-${field}`)) details.current.open = true;
  });
  if (!can) return null;
  return (
    <details class="more" ref={details}>
      <summary>{words.more}</summary>
      <div class="fields">
        <NumberField
          label={words.candidates}
          field="candidates"
          hint={words.candidatesHint}
          value={now.candidates}
          min={1}
          max={8}
          onChange={(candidates) => set({ candidates: candidates ?? 1 })}
        />
        <NumberField
          label={`${words.loudness} (${words.lufs})`}
          field="loudness"
          value={now.loudness}
          min={-40}
          max={-8}
          step={0.5}
          empty={words.auto}
          onChange={(loudness) => set({ loudness })}
        />
        {can.chords && (
          <TextField
            label={words.chords}
            field="chords"
            value={now.chords}
            placeholder="Am F C G"
            maxLength={MOST_CHARS}
            onInput={(chords) => set({ chords })}
          />
        )}
        <TextField
          label={words.negativePrompt}
          field="negative_prompt"
          value={now.negativePrompt}
          placeholder={words.negativeHint}
          maxLength={MOST_CHARS}
          onInput={(negativePrompt) => set({ negativePrompt })}
        />
        {!now.loop && (
          <SelectField
            label={words.ending}
            field="ending"
            value={now.ending}
            options={can.endings.map((ending) => ({ value: ending, label: words.endings[ending] ?? ending }))}
            onChange={(ending) => set({ ending })}
          />
        )}
        <Seed />
        <div class="field field-wide">
          <Switch label={words.tail} checked={now.tail} onChange={(tail) => set({ tail })} />
        </div>
      </div>
      {samples(can) && <Sampling />}
      {samples(can) && <Streamed composer={can} />}
    </details>
  );
}

function Seed() {
  const words = w.value;
  const id = useId();
  return (
    <Field label={words.seed} field="seed" id={id}>
      <div class="control">
        <input
          id={id}
          type="text"
          inputMode="numeric"
          pattern="[0-9]{1,19}"
          maxLength={19}
          autocomplete="off"
          value={ask.value.seed}
          onChange={(event) => {
            const digits = event.currentTarget.value.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
            event.currentTarget.value = digits || ask.value.seed;
            if (!digits) return;
            set({ seed: digits });
            seedLocked.value = true;
          }}
        />
        <button
          type="button"
          class="small"
          aria-label={words.newSeed}
          title={words.newSeed}
          onClick={() => set({ seed: newSeed() })}
        >
          <Icon name="dice" />
        </button>
        <button
          type="button"
          class="small"
          aria-label={words.lockSeed}
          title={words.lockSeed}
          aria-pressed={seedLocked.value}
          onClick={() => {
            seedLocked.value = !seedLocked.value;
          }}
        >
          <Icon name={seedLocked.value ? "lock" : "unlock"} />
        </button>
      </div>
    </Field>
  );
}

/** MusicGen's own: only where it is what composes. */
function Sampling() {
  const words = w.value;
  const now = ask.value;
  const knobs = [
    { label: words.guidance, field: "guidance", name: "guidance", min: 0, max: 10, step: 0.1 },
    { label: words.temperature, field: "temperature", name: "temperature", min: 0.1, max: 2, step: 0.05 },
    { label: words.topK, field: "top_k", name: "topK", min: 0, max: 2048, step: 1 },
    { label: words.topP, field: "top_p", name: "topP", min: 0, max: 1, step: 0.01 },
  ] as const;
  return (
    <fieldset class="sampling">
      <legend>{words.sampling}</legend>
      <div class="fields">
        {knobs.map(({ name, ...knob }) => (
          <NumberField key={name} {...knob} value={now[name]} onChange={(to) => to !== null && set({ [name]: to })} />
        ))}
      </div>
    </fieldset>
  );
}

/** Whether the music plays while it is made; what is asked for beside it may forbid that. */
function Streamed({ composer: can }: { composer: Composer }) {
  const words = w.value;
  const now = ask.value;
  const path = pathOf(now, can, door.value === "clip" ? analysis.value : null);
  const why = path === "/compose" ? words.streamClip : needsWhole(now) ? words.streamWhole : null;
  return (
    <Switch
      label={words.streamMusic}
      hint={why ?? words.streamHint}
      checked={now.stream && why === null}
      disabled={why !== null}
      onChange={(stream) => set({ stream })}
    />
  );
}
