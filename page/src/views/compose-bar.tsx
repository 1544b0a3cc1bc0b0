import { composer } from "../state/service";
import { cancel, outcome, start, type Work, work } from "../state/work";
import { num, w } from "../words/words";
import { FaultOfNoField } from "./fault-line";
import { heardSummary } from "./heard-summary";
import { StreamLine } from "./stream-line";

/** The button, and what it is doing. */
export function ComposeBar() {
  const words = w.value;
  const now = work.value;
  return (
    <div class="compose-bar">
      <FaultOfNoField />
      {now && <Progress work={now} />}
      <StreamLine />
      {now ? (
        <button type="button" class="compose" onClick={cancel}>
          {words.cancel}
        </button>
      ) : (
        <button type="button" class="compose primary" disabled={!composer.value} onClick={() => void start()}>
          {words.compose}
        </button>
      )}
      <p class="unseen" role="status">
        {now
          ? spoken(now)
          : outcome.value === "done"
            ? words.done
            : outcome.value === "cancelled"
              ? words.cancelled
              : ""}
      </p>
    </div>
  );
}

function Progress({ work: now }: { work: Work }) {
  const words = w.value;
  const { progress } = now;
  const percent = progress ? Math.round(100 * progress.done) : null;
  const left = progress?.seconds_left;
  const last = now.takes.at(-1);
  return (
    <div class="progress">
      <progress max={100} {...(percent === null ? {} : { value: percent })} aria-label={words.compose} />
      <p class="progress-words" aria-hidden="true">
        <span>{stage(now)}</span>
        {percent !== null && <b>{words.percent(num(percent))}</b>}
        {left !== null && left !== undefined && <span>{words.left(num(Math.ceil(left)))}</span>}
      </p>
      {now.heard && <p class="hint">{heardSummary(now.heard)}</p>}
      {last && <p class="hint">{words.takesDone(now.takes.length, last.of)}</p>}
    </div>
  );
}

function stage({ ahead, progress, told }: Work): string {
  const words = w.value;
  if (ahead !== null) return words.queued(ahead);
  if (progress) return words.stages[progress.stage] ?? progress.stage;
  return told ? words.sending : (words.stages.composing ?? "");
}

/** For screen readers: in steps of a quarter, or it would never be silent. */
function spoken(now: Work): string {
  const quarter = now.progress ? 25 * Math.floor(4 * now.progress.done) : 0;
  return quarter > 0 ? `${stage(now)}, ${w.value.percent(num(quarter))}` : stage(now);
}
