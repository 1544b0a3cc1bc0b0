import { newSeed } from "../service/order";
import { type Asked, longer, reseeded, varied } from "../service/variation";
import { set } from "../state/ask";
import { useErrand } from "../state/errand";
import { info } from "../state/service";
import { measure, type Take, takes } from "../state/takes";
import { start, work } from "../state/work";
import { w } from "../words/words";
import { ErrandLine } from "./errand-line";

/** What can be made of a take: another one in its frame, a longer one, and the same request with another seed. */
export function Variations({ take }: { take: Take }) {
  const words = w.value;
  const errand = useErrand();
  const limits = info.value?.limits;
  const more = limits ? longer(take, take.bodyS, limits.max_duration_s) : null;
  const busy = work.value !== null || errand.running.value !== null;
  const vary = () =>
    errand.run(async (signal) => {
      if (unheard(take) && take.lengthS <= (limits?.max_input_s ?? 0)) await measure(take, signal);
      const { facts, energy } = takes.value.find((one) => one.id === take.id) ?? take;
      const seed = newSeed();
      set({ seed });
      void start(varied(take, facts, energy, seed));
    });
  return (
    <>
      <div class="ways">
        <button type="button" class="small" title={words.varyHint} disabled={busy} onClick={() => void vary()}>
          {words.vary}
        </button>
        {more && (
          <button type="button" class="small" title={words.longerHint} disabled={busy} onClick={() => void start(more)}>
            {words.longer}
          </button>
        )}
        <button type="button" class="small" disabled={busy} onClick={() => again(take)}>
          {words.again}
        </button>
      </div>
      <ErrandLine errand={errand} label={words.vary} />
    </>
  );
}

function again(take: Asked): void {
  const seed = newSeed();
  set({ seed });
  void start(reseeded(take, seed));
}

/** Of a stream nothing is known but what was asked for: where that is no tempo and no key, it must be heard first. */
function unheard({ order, facts }: Take): boolean {
  const { bpm, bpmMeasured, key, keyMeasured } = facts;
  return order.path === "/generate" && [bpm, bpmMeasured, key, keyMeasured].every((one) => one === null);
}
