const FULL_SCALE = 2 ** 15;

/** 16-bit samples, little-endian, all channels in turn, as the samples -1..1 of each channel. */
export function channelsOfPcm(pcm: Uint8Array<ArrayBuffer>, channels: number): Float32Array<ArrayBuffer>[] {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const length = Math.floor(pcm.byteLength / (2 * channels));
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(length);
    for (let at = 0; at < length; at++) {
      samples[at] = view.getInt16(2 * (at * channels + channel), true) / FULL_SCALE;
    }
    return samples;
  });
}
