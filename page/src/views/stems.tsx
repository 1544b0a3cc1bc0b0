import { useErrand } from "../state/errand";
import { composer } from "../state/service";
import { fetchStems, setStem, type Take } from "../state/takes";
import { w } from "../words/words";
import { ErrandLine } from "./errand-line";

/** The take's stems, each with mute and solo: only where the composer can take its music apart. */
export function Stems({ take }: { take: Take }) {
  const words = w.value;
  const errand = useErrand();
  if (!composer.value?.stems) return null;
  return (
    <section class="stems" aria-label={words.stems}>
      <h3>{words.stems}</h3>
      {take.stems.length === 0 && (
        <>
          <button
            type="button"
            class="small"
            disabled={errand.running.value !== null}
            onClick={() => void errand.run((signal, listener) => fetchStems(take, signal, listener))}
          >
            {words.getStems}
          </button>
          <p class="hint">{words.stemsHint}</p>
        </>
      )}
      <ErrandLine errand={errand} label={words.getStems} />
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
