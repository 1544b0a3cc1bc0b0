import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { w } from "../words/words";
import { FaultOf } from "./fault-line";

interface Common {
  label: string;
  /** The service's name of the field: what it says about it is shown here. */
  field: string;
  hint?: string;
  children?: ComponentChildren;
}

/** A label over its control, and under it what the service said about the field. */
export function Field({ label, field, hint, children, id }: Common & { id: string }) {
  return (
    <div class={`field field-${field}`}>
      <label for={id}>{label}</label>
      {children}
      {hint && <p class="hint">{hint}</p>}
      <FaultOf field={field} />
    </div>
  );
}

interface NumberProps extends Common {
  value: number | null;
  min: number;
  max: number;
  step?: number;
  /** Shown where nothing is set; where there is none, the field cannot be empty. */
  empty?: string;
  onChange: (value: number | null) => void;
}

export function NumberField({ value, min, max, step = 1, empty, onChange, children, ...common }: NumberProps) {
  const id = useId();
  return (
    <Field {...common} id={id}>
      <div class="control">
        <input
          id={id}
          type="number"
          inputMode="decimal"
          min={min}
          max={max}
          step={step}
          value={value ?? ""}
          placeholder={empty ?? ""}
          onInput={(event) => {
            // While it is typed only what is in range counts: "1" may become "120".
            const given = event.currentTarget.valueAsNumber;
            if (given >= min && given <= max) onChange(given);
          }}
          onChange={(event) => {
            const text = event.currentTarget.value;
            const given = text === "" ? null : Math.min(max, Math.max(min, Number(text)));
            if (given === null && empty === undefined) event.currentTarget.value = String(value);
            else onChange(given);
          }}
        />
        {children}
      </div>
    </Field>
  );
}

interface SelectProps extends Common {
  value: string | null;
  options: readonly { value: string; label: string }[];
  onChange: (value: string | null) => void;
}

/** One of a vocabulary, or nothing: the composer's choice. */
export function SelectField({ value, options, onChange, children, ...common }: SelectProps) {
  const id = useId();
  return (
    <Field {...common} id={id}>
      <div class="control">
        <select id={id} value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value || null)}>
          <option value="">{w.value.auto}</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        {children}
      </div>
    </Field>
  );
}

interface TextProps extends Common {
  value: string;
  placeholder?: string;
  maxLength: number;
  onInput: (value: string) => void;
}

export function TextField({ value, placeholder = "", maxLength, onInput, children, ...common }: TextProps) {
  const id = useId();
  return (
    <Field {...common} id={id}>
      <div class="control">
        <input
          id={id}
          type="text"
          value={value}
          placeholder={placeholder}
          maxLength={maxLength}
          autocomplete="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        {children}
      </div>
    </Field>
  );
}

interface SwitchProps {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true" />
      <span>
        {label}
        {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}
