import { jsonOf, type Order } from "./order";

export type RecipeKind = "curl" | "python" | "json";
export const RECIPES: readonly RecipeKind[] = ["curl", "python", "json"];

/** The same request, to be made elsewhere. */
export function recipe(kind: RecipeKind, order: Order, origin: string): string {
  if (kind === "curl") return curl(order, origin);
  if (kind === "python") return python(order, origin);
  return jsonOf(order, 2);
}

function curl(order: Order, origin: string): string {
  const url = origin + order.path;
  if (order.path === "/generate") {
    return `curl -s -H 'Content-Type: application/json' \\\n  -d ${quoted(jsonOf(order))} \\\n  -o music.wav ${url}`;
  }
  const parts = Object.entries(order.fields).map(
    ([name, value]) => `--form-string ${quoted(`${name}=${Array.isArray(value) ? JSON.stringify(value) : value}`)}`,
  );
  return [`curl -s -F ${quoted(`file=@"${order.clip?.name ?? "clip.wav"}"`)}`, ...parts, `-o music.wav ${url}`].join(
    " \\\n  ",
  );
}

function python(order: Order, origin: string): string {
  const fields = Object.entries(order.fields).map(([name, value]) => `        ${name}=${literal(name, value)},`);
  if (order.clip) fields.unshift(`        file=Path(${JSON.stringify(order.clip.name)}),`);
  return [
    "from pathlib import Path",
    "",
    "import bentoml",
    "",
    `with bentoml.SyncHTTPClient(${JSON.stringify(origin)}, timeout=70) as client:`,
    `    music = client.${order.path.slice(1)}(`,
    ...fields,
    "    )",
    'Path("music.wav").write_bytes(music)',
  ].join("\n");
}

function literal(name: string, value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (name === "seed") return String(value);
  return Array.isArray(value) ? `[${value.join(", ")}]` : JSON.stringify(value);
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
