import { useId } from "preact/hooks";
import { w } from "../words/words";

/** Where the words lie: (valence, arousal), as aural/wording/emotion.py has them, after Russell 1980. */
const ANCHORS: Record<string, readonly [number, number]> = {
  joyful: [0.8, 0.4],
  energetic: [0.5, 0.9],
  aggressive: [-0.7, 0.8],
  tense: [-0.5, 0.5],
  dark: [-0.7, -0.2],
  sad: [-0.6, -0.6],
  calm: [0.5, -0.8],
  tender: [0.7, -0.4],
  dreamy: [0.3, -0.6],
  neutral: [0, 0],
};

interface Props {
  point: { valence: number; arousal: number } | null;
  chosen: string | null;
  words: string[];
  onChoose: (emotion: string) => void;
}

/** The valence-arousal plane with its ten words; the point is what was heard. The words are radio buttons. */
export function EmotionPlane({ point, chosen, words, onChoose }: Props) {
  const name = useId();
  const texts = w.value;
  return (
    <fieldset class="plane">
      <legend class="unseen">{texts.emotion}</legend>
      <span class="plane-end plane-up">{texts.excited}</span>
      <span class="plane-end plane-down">{texts.resting}</span>
      <span class="plane-end plane-left">{texts.unpleasant}</span>
      <span class="plane-end plane-right">{texts.pleasant}</span>
      {words.map((word) => {
        const anchor = ANCHORS[word];
        if (!anchor) return null;
        return (
          <label key={word} style={placed(anchor[0], anchor[1])}>
            <input type="radio" name={name} checked={word === chosen} onChange={() => onChoose(word)} />
            <span>{texts.emotions[word] ?? word}</span>
          </label>
        );
      })}
      {point && <i class="plane-point" style={placed(point.valence, point.arousal)} aria-hidden="true" />}
    </fieldset>
  );
}

/** The plane's edges are inside by an eighth, so that words at its rim have room. */
function placed(valence: number, arousal: number) {
  return { left: `${50 + 38 * valence}%`, top: `${50 - 40 * arousal}%` };
}
