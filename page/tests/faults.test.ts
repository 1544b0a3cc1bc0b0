import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { Fault } from "../src/service/fault";
import { sentencesOf } from "../src/views/fault-line";
import { CATALOGUES, language } from "../src/words/words";

afterEach(() => {
  language.value = "en";
});

test("every code of the service's errors has a sentence in every language", () => {
  const errors = readFileSync(new URL("../../aural/errors.py", import.meta.url), "utf8");
  const codes = [...errors.matchAll(/^ {4}(?:status, code = \d+, |code: ClassVar\[str\] = )"(\w+)"$/gm)];
  const named = new Set(codes.map(([, code]) => code));
  expect(named.size).toBe([...errors.matchAll(/^class \w+\(AuralError\):$/gm)].length);
  for (const words of Object.values(CATALOGUES)) {
    expect(new Set(Object.keys(words.faults))).toEqual(named);
    for (const sentence of Object.values(words.faults)) expect(sentence).toMatch(/[.。]$/);
  }
});

test("in English the service speaks for itself; elsewhere it is told first what it is about", () => {
  const fault = new Fault("too_short", "Audio is 0.20 s; at least 0.5 s. Send a longer clip.");
  expect(sentencesOf(fault)).toEqual({ own: fault.message, told: null });
  language.value = "de";
  expect(sentencesOf(fault)).toEqual({ own: "Der Clip ist zu kurz.", told: fault.message });
});

test("a code that the page does not know yet is told in the service's words, one without words by its code", () => {
  language.value = "fr";
  expect(sentencesOf(new Fault("brand_new", "Do this."))).toEqual({ own: "", told: "Do this." });
  expect(sentencesOf(new Fault("busy", ""))).toEqual({ own: "Le service est occupé.", told: null });
  expect(sentencesOf(new Fault("unreadable", "")).own).toContain("unreadable");
});

test("faults that the page finds are its own to word", () => {
  language.value = "de";
  const long = sentencesOf(new Fault("local_too_long", "75.04"));
  expect(long).toEqual({ own: "Der Clip hat 75 s, höchstens 30 s werden angehört.", told: null });
});
