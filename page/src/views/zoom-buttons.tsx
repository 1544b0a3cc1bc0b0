import { zooms } from "../state/zoom";
import { w } from "../words/words";
import { Icon } from "./icon";

/** Closer, further, and all of it at once: for a waveform and what stands under it. */
export function ZoomButtons({ tone, name }: { tone: keyof typeof zooms; name: string }) {
  const words = w.value;
  const zoom = zooms[tone];
  const fits = zoom.times.value === 1;
  return (
    <div class="zoom">
      <button
        type="button"
        class="small quiet"
        aria-label={`${words.zoomOut}: ${name}`}
        title={`${words.zoomOut} (-)`}
        disabled={fits}
        onClick={() => zoom.further()}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        class="small quiet"
        aria-label={`${words.zoomIn}: ${name}`}
        title={`${words.zoomIn} (+)`}
        disabled={zoom.times.value >= zoom.most.value}
        onClick={() => zoom.closer()}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        class="small quiet"
        aria-label={`${words.zoomFit}: ${name}`}
        title={`${words.zoomFit} (0)`}
        disabled={fits}
        onClick={() => zoom.fit()}
      >
        {words.zoomFit}
      </button>
    </div>
  );
}
