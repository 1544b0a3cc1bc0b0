import { useId } from "preact/hooks";
import { ask, set } from "../state/ask";
import { info } from "../state/service";
import { start } from "../state/work";
import { w } from "../words/words";
import { FaultOf } from "./fault-line";

const MOST_CHARS = 2000;

/** The prompt, and words from the service's vocabularies to put into it. It reads English, so that is what is put in. */
export function PromptField() {
  const words = w.value;
  const id = useId();
  const vocabularies = info.value?.vocabularies;
  const prompt = ask.value.prompt;
  return (
    <div class="prompt">
      <label for={id}>{words.prompt}</label>
      <textarea
        id={id}
        rows={4}
        maxLength={MOST_CHARS}
        value={prompt}
        placeholder={words.promptHint}
        onInput={(event) => set({ prompt: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void start();
        }}
      />
      <FaultOf field="prompt" />
      <details class="suggestions">
        <summary>{words.suggestions}</summary>
        <div class="chips">
          {vocabularies?.style_id.map((style) => (
            <Suggestion key={style} word={style.replaceAll("_", " ")} shown={words.styles[style] ?? style} />
          ))}
          {vocabularies?.emotion.map((emotion) => (
            <Suggestion key={emotion} word={emotion} shown={words.emotions[emotion] ?? emotion} />
          ))}
        </div>
      </details>
    </div>
  );
}

function Suggestion({ word, shown }: { word: string; shown: string }) {
  const parts = ask.value.prompt.split(",").map((part) => part.trim());
  const there = parts.includes(word);
  const toggle = () => {
    const kept = parts.filter((part) => part && part !== word);
    set({ prompt: (there ? kept : [...kept, word]).join(", ") });
  };
  return (
    <button type="button" class="chip" aria-pressed={there} onClick={toggle}>
      {shown}
    </button>
  );
}
