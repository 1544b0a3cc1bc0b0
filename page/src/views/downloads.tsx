import { compose, FORMATS, type FormatName, type Listener } from "../service/music";
import { useErrand } from "../state/errand";
import { composer } from "../state/service";
import type { Take } from "../state/takes";
import { w } from "../words/words";
import { ErrandLine } from "./errand-line";

/**
 * The music as a file. The WAV is here already; the others are the same request again, which gives the same music. Of a
 * stream it gives the finished music.
 */
export function Downloads({ take }: { take: Take }) {
  const errand = useErrand();
  const formats = (Object.keys(FORMATS) as FormatName[]).filter((name) => name !== "zip" || composer.value?.stems);
  const get = async (format: FormatName, signal: AbortSignal, listener: Listener) => {
    const file = format === "wav" ? take.wav : (await compose(take.order, format, signal, listener)).file;
    save(file, `aural-${take.facts.seed}.${format}`);
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
            disabled={errand.running.value !== null}
            onClick={() => void errand.run((signal, listener) => get(format, signal, listener))}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </div>
      {take.order.fields.stream && <p class="hint">{w.value.madeAnew}</p>}
      <ErrandLine errand={errand} label={w.value.download} />
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
