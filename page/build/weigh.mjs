// What the page weighs on its way to a browser: each file compressed, and the build fails above the limit.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 250_000;
const folder = new URL("../dist", import.meta.url).pathname;
let sum = 0;
for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name);
  if (!statSync(path).isFile()) continue;
  const bytes = gzipSync(readFileSync(path)).length;
  sum += bytes;
  console.log(`${String(bytes).padStart(8)}  ${name}`);
}
console.log(`${String(sum).padStart(8)}  all, compressed; at most ${MOST_BYTES}`);
if (sum > MOST_BYTES) {
  console.error("The page is too heavy. See what was added to package.json, or split what is not needed at first.");
  process.exit(1);
}
