import { useSignal } from "@preact/signals";
import type { Order } from "../service/order";
import { RECIPES, type RecipeKind, recipe } from "../service/recipe";
import { w } from "../words/words";
import { Choice } from "./choice";

const NAMES = { curl: "curl", python: "Python", json: "JSON" };

/** The same request for a shell, for Python, and as bare fields. */
export function Recipe({ order }: { order: Order }) {
  const words = w.value;
  const kind = useSignal<RecipeKind>("curl");
  const copied = useSignal(false);
  const text = recipe(kind.value, order, location.origin);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 2000);
  };
  return (
    <details class="recipe">
      <summary>{words.request}</summary>
      <div class="row">
        <Choice
          label={words.request}
          value={kind.value}
          options={RECIPES.map((value) => ({ value, label: NAMES[value] }))}
          onChange={(to) => {
            kind.value = to;
          }}
        />
        <button type="button" class="small" onClick={() => void copy()}>
          {words.copy}
        </button>
        <span role="status" class="hint">
          {copied.value && words.copied}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
