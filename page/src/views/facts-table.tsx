import { useErrand } from "../state/errand";
import { info } from "../state/service";
import { measure, type Take } from "../state/takes";
import { keyName, num, w } from "../words/words";
import { DataTable } from "./data-table";
import { ErrandLine } from "./errand-line";

type Row = [name: string, asked: string | null, set: string | null, measured: string | null];

/** Asked, set, measured: tempo, key and the rest, as the answer's headers say. */
export function FactsTable({ take }: { take: Take }) {
  const words = w.value;
  const { facts, ask, order } = take;
  const tempo = (bpm: number | null) => (bpm === null ? null : num(bpm, 2));
  const key = (name: string | null) => (name === null ? null : keyName(name));
  const lufs = (value: number | null) => (value === null ? null : `${num(value, 1)} ${words.lufs}`);
  const truePeak: Row = [words.truePeak, null, null, `${num(facts.truePeak ?? 0, 1)} dBFS`];
  const rows: Row[] = [
    [words.tempo, tempo(ask.bpm), tempo(facts.bpm), tempo(facts.bpmMeasured)],
    [words.key, key(ask.key), key(facts.key), key(facts.keyMeasured)],
    [words.metre, ask.metre, facts.metre, null],
    [words.length, asked(take), `${num(take.bodyS, 3)} s`, null],
    [words.loudness, lufs(ask.loudness), null, lufs(facts.lufs ?? take.track.lufs)],
    ...(facts.truePeak === null ? [] : [truePeak]),
    [words.seed, null, facts.seed, null],
  ];
  return (
    <div class="facts">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div class="facts-scroll" tabIndex={0}>
        <table>
          <caption>{words.facts}</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">{words.asked}</th>
              <th scope="col">{words.made}</th>
              <th scope="col">{words.measured}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...cells]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell, place) => (
                  <td key={place}>{cell ?? <span class="unset">–</span>}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {facts.bpmMeasured === null && facts.keyMeasured === null && <Measure take={take} />}
      {order.path === "/generate" && facts.heard && <p class="hint">{words.usedOfPrompt(facts.heard)}</p>}
      {facts.off.length > 0 && <p class="hint">{words.offList(facts.off.join(", "))}</p>}
      <p class="hint">{words.composesWith(facts.model)}</p>
      {facts.scores.length > 1 && (
        <DataTable
          caption={words.scores}
          head={[words.candidates, words.seed, words.tempo, words.key, ""]}
          rows={facts.scores.map((score, at) => [
            at + 1,
            score.seed,
            tempo(score.bpm) ?? "–",
            key(score.key) ?? "–",
            facts.candidate?.startsWith(`${at + 1}/`) ? words.best : "",
          ])}
        />
      )}
    </div>
  );
}

function Measure({ take }: { take: Take }) {
  const words = w.value;
  const errand = useErrand();
  if (take.lengthS > (info.value?.limits.max_input_s ?? 0)) return null;
  const label = `${words.measure}: ${words.tempo}, ${words.key}`;
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={errand.running.value !== null}
        onClick={() => void errand.run((signal) => measure(take, signal))}
      >
        {label}
      </button>
      <ErrandLine errand={errand} label={label} />
    </>
  );
}

function asked({ ask }: Take): string {
  if (ask.loop && ask.length.in === "bars") return w.value.barsOf(ask.length.bars);
  return ask.length.in === "seconds" ? `${num(ask.length.seconds, 1)} s` : "–";
}
