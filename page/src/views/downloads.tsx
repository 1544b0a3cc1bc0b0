import { useSignal } from "@preact/signals";
import { Fault } from "../service/fault";
import { compose, FORMATS, type FormatName } from "../service/music";
import { composer } from "../state/service";
import type { Take } from "../state/takes";
import { w } from "../words/words";
import { FaultLine } from "./fault-line";

/** The music as a file. The WAV is here already; the others are the same request again, which gives the same music. */
export function Downloads({ take }: { take: Take }) {
  const fault = useSignal<Fault | null>(null);
  const busy = useSignal<FormatName | null>(null);
  const formats = (Object.keys(FORMATS) as FormatName[]).filter((name) => name !== "zip" || composer.value?.stems);
  const get = async (format: FormatName) => {
    fault.value = null;
    busy.value = format;
    try {
      const file = format === "wav" ? take.wav : (await compose(take.order, format, new AbortController().signal)).file;
      save(file, `aural-${take.facts.seed}.${format}`);
    } catch (error) {
      fault.value = error instanceof Fault ? error : new Fault("unexpected", String(error));
    } finally {
      busy.value = null;
    }
  };
  return (
    <section class="downloads" aria-label={w.value.download}>
      <h3>{w.value.download}</h3>
      <div class="row">
        {formats.map((format) => (
          <button
            type="button"
            class="small"
            key={format}
            aria-busy={busy.value === format}
            disabled={busy.value !== null}
            onClick={() => void get(format)}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </div>
      {fault.value && <FaultLine fault={fault.value} />}
    </section>
  );
}

const KEPT_MS = 60_000; // browsers read the address some time after the click

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
