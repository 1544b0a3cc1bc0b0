import type { Track } from "../sound/deck";
import * as deck from "../sound/deck";
import { clock, w } from "../words/words";
import { Icon } from "./icon";

/** Play, loop and place of one track of the deck. */
export function Transport({ track, lengthS, name }: { track: Track; lengthS: number; name: string }) {
  const mine = deck.track.value?.id === track.id;
  const plays = mine && deck.playing.value;
  const press = () => {
    if (mine) deck.toggle();
    else {
      deck.put(track);
      deck.play();
    }
  };
  return (
    <div class="transport">
      <button
        type="button"
        class="round"
        aria-label={`${plays ? w.value.pause : w.value.play}: ${name}`}
        onClick={press}
      >
        <Icon name={plays ? "pause" : "play"} />
      </button>
      <button
        type="button"
        class="round quiet"
        aria-label={w.value.loopPlay}
        aria-pressed={deck.looping.value}
        title={w.value.loopPlay}
        onClick={() => deck.setLooping(!deck.looping.value)}
      >
        <Icon name="loop" />
      </button>
      <span class="clock">
        <b>
          <Clock mine={mine} />
        </b>{" "}
        / {clock(lengthS)}
      </span>
    </div>
  );
}

/** By itself, so that a moving place draws nothing else again. */
function Clock({ mine }: { mine: boolean }) {
  return <>{clock(mine ? deck.placeS.value : 0)}</>;
}
