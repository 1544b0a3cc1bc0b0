import { audibleTracks, type Take } from "../state/takes";
import { rollColour } from "./piano-roll";

/** Whose notes have which colour. */
export function RollLegend({ take }: { take: Take }) {
  const heard = audibleTracks(take);
  return (
    <p class="legend roll-legend">
      {take.midi.map((track, place) => (
        <span key={track.name} class={heard[place] ? "" : "roll-silent"}>
          <i class={`key-track ${rollColour(take, place)}`} /> {track.name.replaceAll("_", " ")}
        </span>
      ))}
    </p>
  );
}
