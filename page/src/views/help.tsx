import { signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { w } from "../words/words";

export const helpOpen = signal(false);

/** The keyboard's shortcuts. */
export function Help() {
  const words = w.value;
  const list = words.shortcutList;
  const dialog = useRef<HTMLDialogElement>(null);
  useSignalEffect(() => {
    if (helpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  });
  const rows: [string[], string][] = [
    [["Space"], list.space],
    [["A"], list.a],
    [["B"], list.b],
    [["X"], list.x],
    [["L"], list.l],
    [["T"], list.t],
    [["C"], list.c],
    [["O"], list.o],
    [["R"], list.r],
    [["←", "→"], list.arrows],
    [["+", "-", "0"], words.zoomKeys],
    [["Esc"], list.escape],
    [["?"], list.help],
  ];
  return (
    <dialog
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <h2 id="help-title">{words.shortcuts}</h2>
      <dl class="keys">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        onClick={() => {
          helpOpen.value = false;
        }}
      >
        {words.close}
      </button>
    </dialog>
  );
}
