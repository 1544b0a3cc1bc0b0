/** The rate of the service's music: in a context of this rate its samples are played, and looped, as they are. */
export const RATE_HZ = 32_000;

let context: AudioContext | null = null;

/** The page's one audio context, begun when it is first needed: browsers want a gesture before that. */
export function audio(): AudioContext {
  context ??= new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
  return context;
}

/** Decodes without a gesture, and to RATE_HZ. Raises DOMException where it is no sound that this browser knows. */
export async function decode(file: Blob): Promise<AudioBuffer> {
  return new OfflineAudioContext(2, 1, RATE_HZ).decodeAudioData(await file.arrayBuffer());
}

export function channelsOf(buffer: AudioBuffer): Float32Array<ArrayBuffer>[] {
  return Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel));
}
