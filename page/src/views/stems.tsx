import { useSignal } from "@preact/signals";
import { Fault } from "../service/fault";
import { composer } from "../state/service";
import { fetchStems, setStem, type Take } from "../state/takes";
import { w } from "../words/words";
import { FaultLine } from "./fault-line";

/** The take's stems, each with mute and solo: only where the composer can take its music apart. */
export function Stems({ take }: { take: Take }) {
  const words = w.value;
  const busy = useSignal(false);
  const fault = useSignal<Fault | null>(null);
  if (!composer.value?.stems) return null;
  const get = async () => {
    busy.value = true;
    fault.value = null;
    try {
      await fetchStems(take, new AbortController().signal);
    } catch (error) {
      fault.value = error instanceof Fault ? error : new Fault("unexpected", String(error));
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="stems" aria-label={words.stems}>
      <h3>{words.stems}</h3>
      {take.stems.length === 0 && (
        <>
          <button type="button" class="small" disabled={busy.value} aria-busy={busy.value} onClick={() => void get()}>
            {words.getStems}
          </button>
          <p class="hint">{words.stemsHint}</p>
        </>
      )}
      {fault.value && <FaultLine fault={fault.value} />}
      <ul>
        {take.stems.map((stem, place) => (
          <li key={stem.name}>
            <span>{stem.name}</span>
            <button
              type="button"
              class="small"
              aria-label={`${words.mute}: ${stem.name}`}
              aria-pressed={stem.muted}
              onClick={() => setStem(take, place, { muted: !stem.muted })}
            >
              {words.mute}
            </button>
            <button
              type="button"
              class="small"
              aria-label={`${words.solo}: ${stem.name}`}
              aria-pressed={stem.solo}
              onClick={() => setStem(take, place, { solo: !stem.solo })}
            >
              {words.solo}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
