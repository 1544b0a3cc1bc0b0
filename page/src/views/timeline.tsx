import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  lengthS: number;
  placeS: ReadonlySignal<number>;
  onSeek: (toS: number) => void;
  children: ComponentChildren;
  under: ComponentChildren;
}

/** A waveform and what stands under it along the same time, and over both the place as a line. */
export function Timeline({ lengthS, placeS, onSeek, children, under }: Props) {
  const along = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLElement>(null);
  const width = useSignal(0);

  useEffect(() => {
    if (!along.current) return;
    const measure = new ResizeObserver(([entry]) => {
      width.value = entry?.contentRect.width ?? 0;
    });
    measure.observe(along.current);
    return () => measure.disconnect();
  }, []);

  const showPlace = () => {
    const x = (placeS.value / lengthS) * width.value;
    if (line.current) line.current.style.transform = `translateX(${x}px)`;
  };
  useSignalEffect(showPlace);
  useLayoutEffect(showPlace, [lengthS]);

  return (
    <div class="timeline" ref={along}>
      {children}
      {under && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: by keys the waveform above moves the place
        // biome-ignore lint/a11y/noStaticElementInteractions: the same
        <div
          class="timeline-under"
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            onSeek(((event.clientX - box.left) / box.width) * lengthS);
          }}
        >
          {under}
        </div>
      )}
      <i class="timeline-place" ref={line} aria-hidden="true" />
    </div>
  );
}
