const HEAD_BYTES = 44;
const SAMPLE_BYTES = 2;
const PCM = 1;
const FULL_SCALE = 2 ** 15;

/** The sound as a WAV file of 16-bit samples; what is louder than full scale is cut there. */
export function wavOf(channels: Float32Array[], rateHz: number): Blob {
  const length = channels[0]?.length ?? 0;
  const frameBytes = SAMPLE_BYTES * channels.length;
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + length * frameBytes));
  const text = (at: number, letters: string) => {
    for (const [place, letter] of [...letters].entries()) view.setUint8(at + place, letter.charCodeAt(0));
  };
  text(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 8 * SAMPLE_BYTES, true);
  text(36, "data");
  view.setUint32(40, length * frameBytes, true);
  for (const [channel, samples] of channels.entries()) {
    for (let place = 0; place < length; place++) {
      const value = Math.round(FULL_SCALE * (samples[place] ?? 0));
      const at = HEAD_BYTES + place * frameBytes + channel * SAMPLE_BYTES;
      view.setInt16(at, Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, value)), true);
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}
