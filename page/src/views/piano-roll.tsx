import { useMemo } from "preact/hooks";
import { barLines } from "../service/facts";
import { audibleTracks, type Take } from "../state/takes";
import { num, w } from "../words/words";
import { shapesOf } from "./note-shapes";

const COLOURS = 8;

/** The take's notes: pitch upwards, time to the right as in the waveform above it. What is muted is dimmed. */
export function PianoRoll({ take }: { take: Take }) {
  const { midi, lengthS, bodyS, facts } = take;
  const { paths, octaves, laneY } = useMemo(() => shapesOf(midi), [midi]);
  const heard = audibleTracks(take);
  const notes = midi.reduce((count, track) => count + track.notes.length, 0);
  return (
    <div
      class="piano-roll"
      role="img"
      aria-label={w.value.pianoRollOf(w.value.takeName(take.number), midi.length, num(notes))}
    >
      <svg viewBox={`0 0 ${lengthS} 100`} preserveAspectRatio="none" focusable="false" aria-hidden="true">
        {laneY < 100 && <rect class="roll-lane" x={0} y={laneY} width={lengthS} height={100 - laneY} />}
        {octaves.map(({ name, y }) => (
          <line key={name} class="roll-octave" x1={0} x2={lengthS} y1={y} y2={y} />
        ))}
        {barLines(facts, bodyS).map((at) => (
          <line key={at} class="roll-bar" x1={at} x2={at} y1={0} y2={100} />
        ))}
        {midi.map((track, place) => (
          <path
            key={track.name}
            class={`${rollColour(take, place)} ${track.drums ? "roll-drums" : "roll-notes"} ${heard[place] ? "" : "roll-muted"}`}
            d={paths[place]}
          />
        ))}
        {bodyS < lengthS && <rect class="overlay-tail" x={bodyS} y={0} width={lengthS - bodyS} height={100} />}
      </svg>
      <div class="roll-pitches">
        {octaves.filter(hasRoom).map(({ name, y }) => (
          <span key={name} style={{ top: `${y}%` }}>
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Whether a name that stands upon the line is inside the picture. */
function hasRoom({ y }: { y: number }): boolean {
  return y > 8;
}

/** The class that has a track's colour. */
export function rollColour(take: Take, place: number): string {
  return take.midi[place]?.drums ? "roll-ink" : `roll-ink-${place % COLOURS}`;
}
