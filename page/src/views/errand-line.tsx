import type { Errand } from "../state/errand";
import { num, w } from "../words/words";
import { FaultLine } from "./fault-line";

/** How far an errand is, with a way to cancel it, and what went wrong with it. */
export function ErrandLine({ errand, label }: { errand: Errand; label: string }) {
  const running = errand.running.value;
  const percent = running?.percent ?? null;
  return (
    <>
      {running && (
        <p class="errand">
          <progress max={100} {...(percent === null ? {} : { value: percent })} aria-label={label} />
          {percent !== null && w.value.percent(num(percent))}
          <button type="button" class="link" onClick={() => errand.cancel()}>
            {w.value.cancel}
          </button>
        </p>
      )}
      {errand.fault.value && <FaultLine fault={errand.fault.value} />}
    </>
  );
}
