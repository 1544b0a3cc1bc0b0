import { choose, chosen, remove, type Take, takes } from "../state/takes";
import { keyName, num, w } from "../words/words";
import { Icon } from "./icon";

/** What was made in this tab. In memory alone. */
export function History() {
  const words = w.value;
  if (takes.value.length === 0) return null;
  return (
    <section class="history" aria-label={words.history}>
      <h3>{words.history}</h3>
      <ol>
        {takes.value.map((take) => (
          <li key={take.id}>
            <button
              type="button"
              class="history-take"
              aria-pressed={take.id === chosen.value?.id}
              onClick={() => choose(take.id)}
            >
              <Thumbnail take={take} />
              <b>{words.takeName(take.number)}</b>
              <span>{summary(take)}</span>
            </button>
            <button
              type="button"
              class="small quiet"
              aria-label={`${words.remove}: ${words.takeName(take.number)}`}
              onClick={() => remove(take.id)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
      <p class="hint">{words.historyHint}</p>
    </section>
  );
}

function summary({ facts, bodyS, ask }: Take): string {
  const words = w.value;
  const tempo = facts.bpm === null ? null : `${num(facts.bpm, 1)} ${words.bpm}`;
  const key = facts.key === null ? null : keyName(facts.key);
  return [tempo, key, words.seconds(num(bodyS, 1)), ask.prompt].filter(Boolean).join(" · ");
}

function Thumbnail({ take }: { take: Take }) {
  const wide = 60;
  const tops = Array.from({ length: wide }, (_, at) => {
    const from = Math.floor((at * take.peaks.length) / wide);
    return Math.max(...take.peaks.slice(from, from + Math.ceil(take.peaks.length / wide)).map(Math.abs));
  });
  return (
    <svg class="thumbnail" viewBox={`0 -1 ${wide} 2`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d={tops.map((top, at) => `M${at + 0.5} ${-top}V${top}`).join("")} />
    </svg>
  );
}
