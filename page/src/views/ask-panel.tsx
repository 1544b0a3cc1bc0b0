import { ask, door, set } from "../state/ask";
import { analysis, clip } from "../state/clip";
import { composer } from "../state/service";
import { w } from "../words/words";
import { AskFields } from "./ask-fields";
import { AskMore } from "./ask-more";
import { Choice } from "./choice";
import { ComposeBar } from "./compose-bar";
import { EnergyEditor } from "./energy-editor";
import { Switch } from "./fields";
import { PromptField } from "./prompt-field";

/** What is asked for. Two doors, one room: from words, or like the clip, with the same controls behind both. */
export function AskPanel() {
  const words = w.value;
  const heard = clip.value !== null && analysis.value !== null;
  return (
    <section class="panel ask-panel" id="ask" tabIndex={-1} aria-labelledby="ask-title">
      <header class="panel-head">
        <h2 id="ask-title">{words.ask}</h2>
        <Choice
          label={words.ask}
          class="doors"
          value={door.value}
          onChange={(to) => {
            door.value = to;
          }}
          options={[
            { value: "prompt", label: words.fromPrompt },
            { value: "clip", label: words.likeClip, disabled: !heard },
          ]}
        />
      </header>
      <form onSubmit={(event) => event.preventDefault()} class="ask-form">
        {!heard && <p class="unseen">{words.likeClipNeeds}</p>}
        <PromptField />
        <AskFields />
        <EnergyEditor />
        {door.value === "clip" && composer.value?.continues && (
          <Switch
            label={words.continueClip}
            hint={words.continueHint}
            checked={ask.value.continues}
            onChange={(continues) => set(continues ? { continues, loop: false } : { continues })}
          />
        )}
        <AskMore />
      </form>
      <ComposeBar />
    </section>
  );
}
