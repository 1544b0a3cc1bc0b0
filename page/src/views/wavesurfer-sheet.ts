/**
 * What is done by variables instead: `--played`, how much of it is, for which wavesurfer cuts the waveform out anew in
 * every frame; `--stretch`, how much wider it is than it was drawn, until wavesurfer gets to draw it again.
 */
const OURS = `
  .canvases { clip-path: none !important }
  .progress { width: var(--played) !important }
  .canvases > div, .progress > div { transform: scaleX(var(--stretch, 1)); transform-origin: 0 0 }
`;

/**
 * wavesurfer writes its styles as a <style> element, which `style-src 'self'` forbids. The build makes a <template> of
 * it (wavesurferSheet in vite.config.ts); here its text becomes a sheet that the policy has nothing against.
 */
export function adoptSheet(box: HTMLElement): void {
  const shadow = [...box.children].map((child) => child.shadowRoot).find((root) => root !== null);
  const template = shadow?.querySelector("template");
  if (!shadow || !template) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(template.content.textContent + OURS);
  shadow.adoptedStyleSheets = [sheet];
}
