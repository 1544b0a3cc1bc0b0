import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { takeIn } from "../state/clip";
import { AskPanel } from "./ask-panel";
import { ClipPanel } from "./clip-panel";
import { Help } from "./help";
import { KeyDialog } from "./key-dialog";
import { MusicPanel } from "./music-panel";
import { PageHead } from "./page-head";

/** The whole page. A clip may be dropped, or pasted, anywhere on it. */
export function Page() {
  const over = useSignal(false);
  useEffect(() => listenForFiles(over), [over]);
  return (
    <div class={over.value ? "page page-over" : "page"}>
      <PageHead />
      <main>
        <ClipPanel />
        <AskPanel />
        <MusicPanel />
      </main>
      <Help />
      <KeyDialog />
    </div>
  );
}

/** Takes in what is dropped or pasted. Returns what ends it. */
function listenForFiles(over: Signal<boolean>): () => void {
  const end = new AbortController();
  const listen = <K extends keyof DocumentEventMap>(name: K, hear: (event: DocumentEventMap[K]) => void) =>
    document.addEventListener(name, hear, { signal: end.signal });
  listen("paste", (event) => take(event.clipboardData));
  listen("dragover", (event) => {
    event.preventDefault();
    over.value = true;
  });
  listen("dragleave", (event) => {
    if (event.relatedTarget === null) over.value = false;
  });
  listen("drop", (event) => {
    event.preventDefault();
    over.value = false;
    take(event.dataTransfer);
  });
  return () => end.abort();
}

function take(data: DataTransfer | null): void {
  const file = data?.files[0];
  if (file) void takeIn(file);
}
