const WAIT_MS = 3000;

/** How long the file says that it is, in s, without decoding it; null where this browser cannot tell. */
export function statedLengthS(file: Blob): Promise<number | null> {
  const url = URL.createObjectURL(file);
  const media = new Audio();
  return new Promise<number | null>((resolve) => {
    media.onloadedmetadata = () => resolve(Number.isFinite(media.duration) ? media.duration : null);
    media.onerror = () => resolve(null);
    setTimeout(() => resolve(null), WAIT_MS);
    media.preload = "metadata";
    media.src = url;
  }).finally(() => {
    media.removeAttribute("src");
    URL.revokeObjectURL(url);
  });
}
