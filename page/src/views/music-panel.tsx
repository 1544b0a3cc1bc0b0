import { useEffect, useRef } from "preact/hooks";
import { stretched } from "../service/energy-points";
import { barLines } from "../service/facts";
import * as deck from "../sound/deck";
import { takeIn } from "../state/clip";
import { mostInputS } from "../state/service";
import { chosen, type Take, takes } from "../state/takes";
import { work } from "../state/work";
import { num, w } from "../words/words";
import { Comparison } from "./comparison";
import { DataTable } from "./data-table";
import { Downloads } from "./downloads";
import { FactsTable } from "./facts-table";
import { History } from "./history";
import { NotesTable } from "./notes-table";
import { Overlay } from "./overlay";
import { PianoRoll } from "./piano-roll";
import { Recipe } from "./recipe";
import { RollLegend } from "./roll-legend";
import { Stems } from "./stems";
import { Transport } from "./transport";
import { Variations } from "./variations";
import { Waveform } from "./waveform";
import { ZoomButtons } from "./zoom-buttons";

/** The music: what came back, how it compares with what was asked, and what can be done with it. */
export function MusicPanel() {
  const words = w.value;
  const take = chosen.value;
  const panel = useRef<HTMLElement>(null);
  const newest = takes.value[0]?.number ?? 0;
  const seen = useRef(0);
  const busy = work.value !== null;
  // New music comes into view, once the progress above it is gone and moves it no more.
  useEffect(() => {
    if (busy || newest <= seen.current) return;
    seen.current = newest;
    panel.current?.scrollIntoView({ block: "start" });
  }, [newest, busy]);
  return (
    <section ref={panel} class="panel music-panel" aria-labelledby="music-title">
      <header class="panel-head">
        <h2 id="music-title">{words.music}</h2>
        {take && <p class="file-name">{words.takeName(take.number)}</p>}
        {take && <Variations take={take} />}
      </header>
      {take ? (
        <Shown take={take} />
      ) : (
        <div class="nothing">
          <p>{words.musicHere}</p>
          <p class="hint">{words.musicHow}</p>
        </div>
      )}
      <History />
    </section>
  );
}

function Shown({ take }: { take: Take }) {
  const words = w.value;
  const bars = barLines(take.facts, take.bodyS);
  const curves = curvesOf(take);
  const fits = take.lengthS <= mostInputS.value;
  const hasNotes = take.midi.length > 0;
  return (
    <>
      <Waveform
        label={words.takeName(take.number)}
        track={take.track}
        peaks={take.peaks}
        lengthS={take.lengthS}
        tone="music"
        under={hasNotes && <PianoRoll take={take} />}
      >
        <Overlay lengthS={take.lengthS} bars={bars} curves={curves} bodyS={take.bodyS} loop={deck.looping.value} />
      </Waveform>
      <div class="under-wave">
        <Transport track={take.track} lengthS={take.lengthS} name={words.takeName(take.number)} />
        <ZoomButtons tone="music" name={words.takeName(take.number)} />
        <p class="legend">
          {bars.length > 0 && (
            <span>
              <i class="key-bar" /> {words.bars}
            </span>
          )}
          {deck.looping.value && (
            <span>
              <i class="key-loop" /> {words.loopPoint}
            </span>
          )}
          <span>
            <i class="key-curve key-curve-made" /> {words.energy}, {words.measuredCurve}
          </span>
          {take.ask.energyCurve && (
            <span>
              <i class="key-curve key-curve-asked" /> {words.energy}, {words.askedCurve}
            </span>
          )}
        </p>
        {hasNotes && <RollLegend take={take} />}
      </div>
      <Comparison take={take} />
      <div class="result">
        <FactsTable take={take} />
        <div class="result-side">
          <Downloads take={take} />
          <Stems take={take} />
          {fits && (
            <button
              type="button"
              class="small"
              onClick={() => void takeIn(new File([take.wav], `music-${take.number}.wav`, { type: "audio/wav" }))}
            >
              {words.useAsClip}
            </button>
          )}
        </div>
      </div>
      <Recipe order={take.order} />
      <div class="tables">
        <DataTable
          caption={words.energy}
          head={[words.time, words.measuredCurve, ...(take.ask.energyCurve ? [words.askedCurve] : [])]}
          rows={take.energy.map((made, at) => [
            words.seconds(num(at / 2, 1)),
            num(made, 2),
            ...(take.ask.energyCurve ? [num(curves[0]?.values[at] ?? 0, 2)] : []),
          ])}
        />
        <DataTable
          caption={words.bars}
          head={[words.bars, words.time]}
          rows={bars.map((at, bar) => [bar + 1, words.seconds(num(at, 2))])}
        />
        {hasNotes && <NotesTable take={take} />}
      </div>
    </>
  );
}

/** The asked curve is stretched over the body, as the service does; the made one has a value each half second. */
function curvesOf(take: Take) {
  const made = { name: "made", values: take.energy, stepS: 0.5 };
  if (!take.ask.energyCurve) return [made];
  const values = stretched(take.ask.energyCurve, Math.max(2, take.energy.length));
  return [{ name: "asked", values, stepS: take.bodyS / values.length }, made];
}
