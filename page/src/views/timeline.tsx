import { batch, effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { type ComponentChildren, createContext } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as deck from "../sound/deck";
import { factorOf, mostTimes, Zoom } from "../state/zoom";
import { Follower } from "./follower";

interface Props {
  lengthS: number;
  placeS: ReadonlySignal<number>;
  zoom: Zoom;
  onSeek: (toS: number) => void;
  children: ComponentChildren;
  under: ComponentChildren;
}

/** How many times wider than its panel the timeline is. */
export const Times = createContext<ReadonlySignal<number>>(new Zoom().times);

/**
 * A waveform and what stands under it along the same time, and over both the place as a line. Zoomed it is wider than
 * its panel, and scrolls as one, which the browser does by itself: while it plays only the line and the scroll move.
 */
export function Timeline({ lengthS, placeS, zoom, onSeek, children, under }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const along = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLElement>(null);
  const follower = useRef<Follower | null>(null);
  /** What stays where it is when the zoom changes, in px of the panel; null: the place, or the middle. */
  const anchor = useRef<number | null>(null);
  const shown = useRef({ widePx: 0, placeS: 0 });
  const panelPx = useSignal(0);

  const measure = () =>
    batch(() => {
      panelPx.value = panel.current?.getBoundingClientRect().width ?? 0;
      zoom.most.value = mostTimes(lengthS, panelPx.value, devicePixelRatio);
    });
  const stretch = (widePx: number) => {
    if (!panel.current || !along.current) return;
    const before = shown.current.widePx || widePx;
    const { scrollLeft } = panel.current;
    const x = (shown.current.placeS / lengthS) * before - scrollLeft;
    const stays = anchor.current ?? (x >= 0 && x <= panelPx.value ? x : panelPx.value / 2);
    along.current.style.width = `${100 * zoom.times.value}%`;
    along.current.classList.toggle("timeline-zoomed", zoom.times.value > 1);
    follower.current?.show(((scrollLeft + stays) / before) * widePx - stays);
    shown.current.widePx = widePx;
  };
  const show = () => {
    const widePx = panelPx.value * zoom.times.value;
    if (widePx !== shown.current.widePx) stretch(widePx);
    const x = (placeS.value / lengthS) * widePx;
    if (line.current) line.current.style.transform = `translateX(${x}px)`;
    // Whoever looks elsewhere, and zooms there, is not taken away.
    if (placeS.value !== shown.current.placeS) follower.current?.follow(x, panelPx.value, deck.playing.peek());
    shown.current.placeS = placeS.value;
  };
  const latest = useRef({ measure, show });
  latest.current = { measure, show };

  useLayoutEffect(() => {
    if (!panel.current || !along.current) return;
    const [box, inner] = [panel.current, along.current];
    const follows = new Follower(box, matchMedia("(prefers-reduced-motion: reduce)").matches);
    follower.current = follows;
    const resizing = new ResizeObserver(() => latest.current.measure());
    resizing.observe(box);
    const listening = new AbortController();
    const { signal } = listening;
    const onPress = (event: PointerEvent) => {
      follows.pressed = true;
      // A finger scrolls what is zoomed: wavesurfer would take it for one that drags the place.
      if (event.pointerType === "touch" && zoom.times.peek() > 1) event.stopPropagation();
    };
    const onRelease = () => {
      follows.pressed = false;
    };
    inner.addEventListener("pointerdown", onPress, { signal, capture: true });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, onRelease, { signal });
    box.addEventListener("scroll", () => follows.scrolled(), { signal });
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      anchor.current = event.clientX - box.getBoundingClientRect().left;
      zoom.by(factorOf(event));
      anchor.current = null;
    };
    box.addEventListener("wheel", onWheel, { signal, passive: false });
    // At once, and not when Preact gets to it: line and scroll belong to the same frame.
    const showing = effect(() => latest.current.show());
    const going = effect(() => {
      if (deck.playing.value) follows.goOn();
    });
    return () => {
      showing();
      going();
      listening.abort();
      resizing.disconnect();
    };
  }, [zoom]);
  useLayoutEffect(() => {
    measure();
    show();
  }, [lengthS]);

  return (
    <Times.Provider value={zoom.times}>
      <div class="timeline" ref={panel}>
        <div class="timeline-along" ref={along}>
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
      </div>
    </Times.Provider>
  );
}
