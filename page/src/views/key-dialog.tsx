import { signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { askForKeyWith } from "../service/call";
import { w } from "../words/words";

interface Question {
  refused: boolean;
  answer: (key: string | null) => void;
}

const question = signal<Question | null>(null);
/** Calls that meet a 401 while the person is being asked wait for the same answer. */
let asked: Promise<string | null> | null = null;

askForKeyWith((refused) => {
  asked ??= new Promise<string | null>((answer) => {
    question.value = { refused, answer };
  }).finally(() => {
    asked = null;
    question.value = null;
  });
  return asked;
});

/** Asks for the API key, where a service wants one. */
export function KeyDialog() {
  const words = w.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const shown = useRef<Question | null>(null);
  useSignalEffect(() => {
    shown.current = question.value ?? shown.current;
    if (!question.value) dialog.current?.close();
    else if (!dialog.current?.open) dialog.current?.showModal();
  });
  // Told some time after it closed: the service may have refused the key by then, which is another question.
  const closed = () => {
    if (!dialog.current?.open) shown.current?.answer(null);
  };
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onClose={closed}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = field.current?.value.trim();
          if (given) question.value?.answer(given);
          if (field.current) field.current.value = "";
        }}
      >
        <h2 id="key-title">{words.keyTitle}</h2>
        <p>{question.value?.refused ? words.keyRefused : words.keyAsk}</p>
        <input ref={field} type="password" autocomplete="off" aria-labelledby="key-title" />
        <div class="row">
          <button type="submit" class="primary">
            {words.keySend}
          </button>
          <button type="button" onClick={() => question.value?.answer(null)}>
            {words.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
