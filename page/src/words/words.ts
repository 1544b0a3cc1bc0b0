import { computed, effect, signal } from "@preact/signals";
import { de } from "./de";
import { en, type Words } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { ja } from "./ja";

export const CATALOGUES = { en, de, es, fr, ja } satisfies Record<string, Words>;
export type Language = keyof typeof CATALOGUES;

/** The first of the browser's languages that there is a catalogue for. */
export function preferred(languages: readonly string[]): Language {
  const found = languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in CATALOGUES);
  return (found as Language | undefined) ?? "en";
}

export const language = signal<Language>(preferred(typeof navigator === "undefined" ? [] : navigator.languages));
/** The catalogue in use: `w.value.compose`. */
export const w = computed<Words>(() => CATALOGUES[language.value]);

if (typeof document !== "undefined") {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

/** A number as the language writes it. */
export function num(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(
    value,
  );
}

/** "A minor" in the language's own words. */
export function keyName(key: string): string {
  const [tonic = "", mode = ""] = key.split(" ");
  return w.value.keyName(tonic, mode);
}

export function clock(seconds: number): string {
  return `${minutes(seconds)}.${Math.floor((seconds % 1) * 10)}`;
}

/** The clock to whole seconds. */
export function minutes(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
