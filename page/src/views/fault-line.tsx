import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Fault } from "../service/fault";
import { info, mostInputS } from "../state/service";
import { retry, workFault } from "../state/work";
import { num, w } from "../words/words";

/** Fields that have a place of their own on the page for what the service says about them. */
const PLACED = `prompt bpm key metre duration bars loop energy_curve style_id emotion candidates loudness chords ending
  negative_prompt seed guidance temperature top_k top_p`.split(/\s+/);

/** The sentence of a fault: the service's own words, or the page's where the fault is the page's. */
export function sentenceOf(fault: Fault): string {
  const words = w.value;
  const mostMb = num((info.value?.limits.max_upload_bytes ?? 0) / 2 ** 20);
  if (fault.code === "unreachable") return words.unreachable;
  if (fault.code === "broken_off") return words.brokenOff;
  if (fault.code === "local_no_prompt") return words.promptEmpty;
  if (fault.code === "local_no_microphone") return words.noMicrophone;
  if (fault.code === "local_too_large") return words.tooLarge(num(Number(fault.message) / 2 ** 20, 1), mostMb);
  if (fault.code === "local_too_long") return words.tooLong(num(Number(fault.message)), num(mostInputS.value));
  if (fault.code === "unexpected") return words.unexpected(fault.message);
  return fault.message || words.unexpected(fault.code);
}

interface Props {
  fault: Fault;
  onAgain?: () => void;
  /** Buttons that are a remedy. */
  children?: ComponentChildren;
}

export function FaultLine({ fault, onAgain, children }: Props) {
  const { longestDurationS, retryAfterS } = fault.extra;
  // Of what was composed alone: a file of music that is there cannot be shorter.
  const longest = fault === workFault.value ? longestDurationS : undefined;
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div class="fault" role="alert" ref={here}>
      <p>
        {sentenceOf(fault)} {retryAfterS !== undefined && w.value.later(num(retryAfterS))}
      </p>
      <div class="row">
        {children}
        {longest !== undefined && longest >= 1 && (
          <button type="button" class="small" onClick={() => retry(Math.floor(longest))}>
            {w.value.useLongest(num(Math.floor(longest)))}
          </button>
        )}
        {onAgain && (
          <button type="button" class="small" onClick={onAgain}>
            {w.value.tryAgain}
          </button>
        )}
      </div>
    </div>
  );
}

/** What went wrong with composing because of this one field. */
export function FaultOf({ field }: { field: string }) {
  const fault = workFault.value;
  return fault?.field === field && PLACED.includes(field) ? <FaultLine fault={fault} /> : null;
}

/** What went wrong with composing and has no field to stand beside. */
export function FaultOfNoField() {
  const fault = workFault.value;
  if (!fault || (fault.field !== null && PLACED.includes(fault.field))) return null;
  return <FaultLine fault={fault} onAgain={() => retry()} />;
}
