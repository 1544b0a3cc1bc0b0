import { useId } from "preact/hooks";
import * as deck from "../sound/deck";
import { CLIP_ID, clip } from "../state/clip";
import { a, chosen, compareWith, type Take, takes } from "../state/takes";
import { w } from "../words/words";
import { Switch } from "./fields";

/** A is the clip, or another take; B is the take that is shown. Both from the same place, at equal loudness. */
export function hearA(): void {
  if (a.value) go(a.value);
}

export function hearB(): void {
  if (chosen.value) go(chosen.value.track);
}

export function goOver(): void {
  if (deck.track.value?.id === chosen.value?.track.id) hearA();
  else hearB();
}

function go(track: deck.Track): void {
  deck.put(track);
  if (!deck.playing.value) deck.play();
}

export function Comparison({ take }: { take: Take }) {
  const words = w.value;
  const id = useId();
  const on = deck.track.value?.id;
  const others = takes.value.filter((other) => other.id !== take.id);
  const sound = clip.value?.sound;
  if (!a.value) return null;
  return (
    <section class="comparison" aria-label={words.compare}>
      <label for={id}>{words.compare}</label>
      <span class="ab">
        <button type="button" class="side" aria-pressed={on === a.value.id} onClick={hearA}>
          A
        </button>
        <select id={id} value={a.value.id} onChange={(event) => compareWith(event.currentTarget.value)}>
          {sound && <option value={CLIP_ID}>{words.clip}</option>}
          {others.map((other) => (
            <option key={other.id} value={other.id}>
              {words.takeName(other.number)}
            </option>
          ))}
        </select>
        <button type="button" class="side side-b" aria-pressed={on === take.id} onClick={hearB}>
          B
        </button>
        <span>{words.takeName(take.number)}</span>
      </span>
      <Switch
        label={words.equalLoudness}
        checked={deck.equalLoudness.value}
        onChange={(equal) => {
          deck.equalLoudness.value = equal;
        }}
      />
      <p class="hint">{words.compareHint}</p>
    </section>
  );
}
