import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Fault } from "../service/fault";
import { info, mostInputS } from "../state/service";
import { retry, workFault } from "../state/work";
import { language, num, w } from "../words/words";

/** Fields that have a place of their own on the page for what the service says about them. */
const PLACED = `prompt bpm key metre duration bars loop energy_curve style_id emotion candidates loudness chords ending
  negative_prompt seed guidance temperature top_k top_p`.split(/\s+/);

/**
 * What is wrong: in the page's language, and the service's own words where they say more and are in another. They are
 * English.
 */
export function sentencesOf(fault: Fault): { own: string; told: string | null } {
  const words = w.value;
  const local = localSentence(fault);
  if (local !== null) return { own: local, told: null };
  const short = words.faults[fault.code];
  if (!fault.message) return { own: short ?? words.unexpected(fault.code), told: null };
  return language.value === "en" ? { own: fault.message, told: null } : { own: short ?? "", told: fault.message };
}

/** Of a fault that the page found by itself. */
function localSentence({ code, message }: Fault): string | null {
  const words = w.value;
  const mostMb = num((info.value?.limits.max_upload_bytes ?? 0) / 2 ** 20);
  if (code === "unreachable") return words.unreachable;
  if (code === "broken_off") return words.brokenOff;
  if (code === "local_no_prompt") return words.promptEmpty;
  if (code === "local_no_microphone") return words.noMicrophone;
  if (code === "local_too_large") return words.tooLarge(num(Number(message) / 2 ** 20, 1), mostMb);
  if (code === "local_too_long") return words.tooLong(num(Number(message), 1), num(mostInputS.value));
  if (code === "unexpected") return words.unexpected(message);
  return null;
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
  const { own, told } = sentencesOf(fault);
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div class="fault" role="alert" ref={here}>
      <p>
        {own} {retryAfterS !== undefined && w.value.later(num(retryAfterS))}
        {told && (
          <>
            {" "}
            <span class="told" lang="en">
              {told}
            </span>
          </>
        )}
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
