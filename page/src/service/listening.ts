import type { Analysis, Info } from "./answers";
import { call } from "./call";

export async function analyze(file: File, signal: AbortSignal): Promise<Analysis> {
  const form = new FormData();
  form.set("file", file);
  return (await call("/analyze", { method: "POST", body: form, signal })).json();
}

export async function info(): Promise<Info> {
  return (await call("/info")).json();
}
