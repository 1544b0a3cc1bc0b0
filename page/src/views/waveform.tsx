import { effect, useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import WaveSurfer from "wavesurfer.js";
import type { Track } from "../sound/deck";
import * as deck from "../sound/deck";
import { theme } from "../state/theme";
import { zooms } from "../state/zoom";
import { clock, w } from "../words/words";
import { Timeline } from "./timeline";
import { adoptSheet } from "./wavesurfer-sheet";

interface Props {
  label: string;
  track: Track;
  peaks: number[];
  lengthS: number;
  tone: "clip" | "music";
  children?: ComponentChildren;
  /** A picture over the same time, which stands under the waveform. A click into it moves the place as well. */
  under?: ComponentChildren;
}

const SELDOM_S = 10;

/** A sound as wavesurfer draws it. It shows the deck's place, and moves it: by click, drag or arrow keys. */
export function Waveform({ label, track, peaks, lengthS, tone, children, under }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const here = useComputed(() => (deck.track.value?.id === track.id ? deck.placeS.value : 0));
  // While it plays a screen reader shall hear of the place now and then, not all the time.
  const told = useComputed(() => (deck.playing.value ? SELDOM_S * Math.floor(here.value / SELDOM_S) : here.value));
  const seek = (toS: number) => deck.put(track, { fromS: Math.min(Math.max(0, toS), lengthS - 0.01) });
  const latestSeek = useRef(seek);
  latestSeek.current = seek;

  useEffect(() => {
    if (!box.current) return;
    const drawn = WaveSurfer.create({
      container: box.current,
      peaks: [peaks],
      duration: lengthS,
      height: "auto",
      normalize: true,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      cursorWidth: 0, // the timeline has one
      dragToSeek: { debounceTime: 30 },
      ...colours(box.current, tone),
    });
    adoptSheet(box.current);
    let drawnPx = 0;
    const stretch = () => box.current?.style.setProperty("--stretch", `${box.current.clientWidth / drawnPx}`);
    const resizing = new ResizeObserver(() => drawnPx && stretch());
    resizing.observe(box.current);
    drawn.on("redraw", () => {
      drawnPx = box.current?.clientWidth ?? 0;
      stretch();
    });
    drawn.on("interaction", (toS) => latestSeek.current(toS));
    const following = effect(() => {
      box.current?.style.setProperty("--played", `${(100 * here.value) / lengthS}%`);
    });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => box.current && drawn.setOptions(colours(box.current, tone));
    dark.addEventListener("change", recolour);
    const unsubscribe = theme.subscribe(() => queueMicrotask(recolour));
    return () => {
      resizing.disconnect();
      dark.removeEventListener("change", recolour);
      unsubscribe();
      following();
      drawn.destroy();
    };
  }, [peaks, lengthS, tone]);

  const zoom = zooms[tone];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -5, PageUp: 5 };
    const step = steps[event.key];
    if (step !== undefined) seek(here.peek() + step);
    else if (event.key === "Home") seek(0);
    else if (event.key === "End") seek(lengthS);
    else if (event.key === "+" || event.key === "=") zoom.closer();
    else if (event.key === "-") zoom.further();
    else if (event.key === "0") zoom.fit();
    else return;
    event.preventDefault();
  };

  return (
    <Timeline lengthS={lengthS} placeS={here} zoom={zoom} onSeek={seek} under={under}>
      <div
        class={`waveform waveform-${tone}`}
        role="slider"
        tabIndex={0}
        aria-label={`${w.value.waveformOf(label)}. ${w.value.place}`}
        aria-valuemin={0}
        aria-valuemax={Math.round(lengthS * 10) / 10}
        aria-valuenow={Math.round(told.value)}
        aria-valuetext={w.value.placeOf(clock(told.value), clock(lengthS))}
        onKeyDown={onKeyDown}
      >
        <div class="waveform-canvas" ref={box} aria-hidden="true" />
        <div class="waveform-overlay" aria-hidden="true">
          {children}
        </div>
      </div>
    </Timeline>
  );
}

function colours(box: HTMLElement, tone: Props["tone"]) {
  const style = getComputedStyle(box);
  return {
    waveColor: style.getPropertyValue(`--wave-${tone}`).trim(),
    progressColor: style.getPropertyValue(`--wave-${tone}-played`).trim(),
  };
}
