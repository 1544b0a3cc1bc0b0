import { streaming, toggle } from "../state/streaming";
import { minutes, w } from "../words/words";
import { Icon } from "./icon";

/** Where the stream is, and what silences it. No live region: it is heard already. */
export function StreamLine() {
  const words = w.value;
  const now = streaming.value;
  if (!now) return null;
  const paused = now.state === "paused";
  return (
    <div class="streaming" data-played-s={now.playedS.toFixed(1)}>
      <button
        type="button"
        class="round quiet"
        aria-label={`${paused ? words.play : words.pause}: ${words.music}`}
        onClick={toggle}
      >
        <Icon name={paused ? "play" : "pause"} />
      </button>
      <span>{words.streaming[now.state](minutes(now.playedS))}</span>
    </div>
  );
}
