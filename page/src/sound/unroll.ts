/**
 * A body that plays once and then round and round: [body, body with the tail faded under its start]. Played from 0 with
 * loop points at `body` and `2 * body` it is body, then body with what rings on from the round before, to the sample.
 *
 * Not for a loop of the composer's: that one has the ringing in itself, and its tail is its start over again.
 */
export function unroll(samples: Float32Array, body: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(2 * body);
  out.set(samples.subarray(0, body), 0);
  out.set(samples.subarray(0, body), body);
  const rings = Math.min(samples.length - body, body);
  for (let place = 0; place < rings; place++) {
    const fade = Math.cos((Math.PI / 2) * (place / rings)) ** 2;
    out[body + place] = (out[body + place] ?? 0) + (samples[body + place] ?? 0) * fade;
  }
  return out;
}

/** Where in the body the sound is, after `elapsed` s of an unrolled play that began at `from` s. */
export function placeInBody(from: number, elapsed: number, body: number): number {
  return (from + elapsed) % body;
}
