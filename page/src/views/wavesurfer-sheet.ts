/**
 * wavesurfer writes its styles as a <style> element, which `style-src 'self'` forbids. The build makes a <template> of
 * it (wavesurferSheet in vite.config.ts); here its text becomes a sheet that the policy has nothing against.
 */
export function adoptSheet(box: HTMLElement): void {
  const shadow = [...box.children].map((child) => child.shadowRoot).find((root) => root !== null);
  const template = shadow?.querySelector("template");
  if (!shadow || !template) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(template.content.textContent ?? "");
  shadow.adoptedStyleSheets = [sheet];
}
