import type { ComponentChildren } from "preact";
import { w } from "../words/words";

interface Props {
  name: string;
  label: string;
  /** What was heard, where it was corrected; else null. */
  heard?: string | null;
  onReset?: () => void;
  children: ComponentChildren;
}

/** One value that was heard, under its name; where it was corrected, with what was heard and the way back. */
export function Readout({ name, label, heard = null, onReset, children }: Props) {
  return (
    <div class={`readout readout-${name}`}>
      <h3>{label}</h3>
      {children}
      {heard !== null && (
        <p class="corrected">
          {w.value.heardAs(heard)}{" "}
          <button type="button" class="link" onClick={onReset}>
            {w.value.asHeard}
          </button>
        </p>
      )}
    </div>
  );
}
