/// <reference types="vitest/config" />
import { defineConfig, type Plugin } from "vite";

const SERVICE = process.env.AURAL_SERVICE ?? "http://localhost:8000";
const CALLS = ["/analyze", "/generate", "/compose", "/health", "/info", "/docs"];

/**
 * wavesurfer writes its styles into its shadow root as a <style> element, which the page's policy forbids. Renamed to a
 * <template> they are text, which src/views/wavesurfer-sheet.ts makes a sheet of.
 */
const wavesurferSheet: Plugin = {
  name: "wavesurfer-sheet",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("wavesurfer") || !code.includes("<style")) return null;
    return { code: code.replace("<style", "<template").replace("</style>", "</template>"), map: null };
  },
};

export default defineConfig({
  plugins: [wavesurferSheet],
  // Bundled ahead of time it would not pass through the plugin.
  optimizeDeps: { exclude: ["wavesurfer.js"] },
  // No asset inside another file: the page's Content-Security-Policy takes neither inline scripts nor inline styles.
  build: { assetsInlineLimit: 0, target: "es2022", modulePreload: { polyfill: false } },
  server: { proxy: Object.fromEntries(CALLS.map((call) => [call, SERVICE])) },
  preview: { proxy: Object.fromEntries(CALLS.map((call) => [call, SERVICE])) },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
