import type { Analysis } from "../service/answers";
import { keyName, num, w } from "../words/words";

/** What was heard, in a line. */
export function heardSummary({ bpm, key, emotion, style_id }: Analysis): string {
  const words = w.value;
  const tempo = bpm === null ? words.noPulse : `${num(bpm, 1)} ${words.bpm}`;
  const tonic = key === null ? words.noKey : keyName(key);
  return words.heardAll([tempo, tonic, words.emotions[emotion], words.styles[style_id]].join(", "));
}
