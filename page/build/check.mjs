// Holds the built page to what it promises: its weight, and nothing that its Content-Security-Policy forbids.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 250_000;
const folder = fileURLToPath(new URL("../dist", import.meta.url));
const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
const faults = [];
let sum = 0;
for (const name of files) {
  const file = readFileSync(join(folder, name));
  const bytes = gzipSync(file).length;
  sum += bytes;
  console.log(`${String(bytes).padStart(8)}  ${name}`);
  if (name.endsWith(".html") && /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i.test(String(file)))
    faults.push(`${name} has an inline script or style. Put it into a file.`);
  if (name.endsWith(".js") && String(file).includes("<style"))
    faults.push(`${name} writes a <style> element. See wavesurferSheet in vite.config.ts.`);
}
console.log(`${String(sum).padStart(8)}  all, compressed; at most ${MOST_BYTES}`);
if (sum > MOST_BYTES) faults.push("The page is too heavy. See what was added to package.json, or load it later.");
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
