import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import config from "../vite.config";

test("wavesurfer still writes its styles where the build takes them from", () => {
  const plugin = (config as { plugins: { transform(code: string, id: string): { code: string } | null }[] }).plugins[0];
  const path = new URL("../node_modules/wavesurfer.js/dist/renderer.js", import.meta.url);
  const made = plugin?.transform(readFileSync(path, "utf8"), path.pathname);
  expect(made?.code).toContain("<template");
  expect(made?.code).not.toContain("<style");
});
