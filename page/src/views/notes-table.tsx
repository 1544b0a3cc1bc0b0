import { noteName } from "../sound/midi";
import type { Take } from "../state/takes";
import { num, w } from "../words/words";
import { DataTable } from "./data-table";

/** The piano roll in numbers. Not every note of it: those are in the MIDI file. */
export function NotesTable({ take }: { take: Take }) {
  const words = w.value;
  return (
    <DataTable
      caption={words.notes}
      head={[words.player, words.notes, words.lowest, words.highest]}
      rows={take.midi.map(({ name, drums, notes }) => {
        const pitches = notes.map((note) => note.pitch);
        const [low, high] = drums ? ["–", "–"] : [noteName(Math.min(...pitches)), noteName(Math.max(...pitches))];
        return [name.replaceAll("_", " "), num(notes.length), low, high];
      })}
    />
  );
}
