import { clip } from "../state/clip";
import { excerptS, takeExcerpt } from "../state/excerpt";
import { num, w } from "../words/words";

/** What fits of a clip that is too long, or too large as the file that it is. */
export function Excerpts() {
  const words = w.value;
  const seconds = excerptS.value ?? 0;
  const all = (clip.value?.sound?.lengthS ?? 0) <= seconds;
  const take = (which: "first" | "loudest") => {
    // The button goes: whoever goes by keyboard goes on from the clip.
    document.getElementById("clip-title")?.focus();
    void takeExcerpt(which);
  };
  return (
    <>
      <button type="button" class="small" onClick={() => take("first")}>
        {words.useFirst(num(Math.floor(seconds)))}
      </button>
      {!all && (
        <button type="button" class="small" onClick={() => take("loudest")}>
          {words.useLoudest(num(Math.floor(seconds)))}
        </button>
      )}
    </>
  );
}
