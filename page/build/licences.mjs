// What is in the built page and not ours, with its licence: dist/assets/licences.txt.
import { readFileSync, writeFileSync } from "node:fs";

const packages = ["preact", "@preact/signals", "@preact/signals-core", "wavesurfer.js"];
const page = new URL("..", import.meta.url);

const parts = packages.map((name) => {
  const folder = new URL(`node_modules/${name}/`, page);
  const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const text = readFileSync(new URL("LICENSE", folder), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(new URL("dist/assets/licences.txt", page), parts.join(`\n${"-".repeat(80)}\n\n`));
