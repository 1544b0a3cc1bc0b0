import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props<T extends string> {
  label: string;
  options: readonly { value: T; label: ComponentChildren; disabled?: boolean }[];
  value: T;
  onChange: (value: T) => void;
  class?: string;
}

/** A few that exclude each other, side by side: radio buttons, so that arrow keys go through them. */
export function Choice<T extends string>({ label, options, value, onChange, class: name = "" }: Props<T>) {
  const group = useId();
  return (
    <fieldset class={`choice ${name}`}>
      <legend class="unseen">{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={group}
            checked={option.value === value}
            disabled={option.disabled ?? false}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
