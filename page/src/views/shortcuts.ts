import * as deck from "../sound/deck";
import { toggleRecording } from "../state/recording";
import * as stream from "../state/streaming";
import { cancel, start, work } from "../state/work";
import { tap } from "./ask-fields";
import { goOver, hearA, hearB } from "./comparison";
import { helpOpen } from "./help";

/** One key, one deed: the list that `?` shows. */
const DEEDS: Record<string, () => void> = {
  " ": () => (stream.streaming.value && !deck.playing.value ? stream.toggle() : deck.toggle()),
  a: hearA,
  b: hearB,
  x: goOver,
  l: () => deck.setLooping(!deck.looping.value),
  t: tap,
  c: () => void start(),
  o: () => document.getElementById("choose-clip")?.click(),
  r: () => void toggleRecording(),
  "?": () => {
    helpOpen.value = true;
  },
  escape: cancel,
};

/** Listens for shortcuts, but not while somebody types, nor where a key has a meaning of its own. */
export function listenForShortcuts(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector("dialog[open]"))
      return;
    const target = event.target as Element;
    if (
      event.key !== "Escape" &&
      target.closest("input:not([type=radio], [type=checkbox], [type=file]), textarea, select")
    )
      return;
    if (event.key === " " && target.closest("button, summary, input, a, label")) return;
    if (event.key === "Escape" && work.value === null) return;
    const deed = DEEDS[event.key.toLowerCase()];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
