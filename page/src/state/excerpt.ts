import { computed } from "@preact/signals";
import { RATE_HZ } from "../sound/context";
import { loudestFrom } from "../sound/loudness";
import { wavOf } from "../sound/wav";
import { clip, clipFault, takeIn } from "./clip";
import { mostInputS } from "./service";

const TOO_MUCH = ["too_long", "upload_too_large", "local_too_long", "local_too_large"];

/** How much of the clip can be taken where all of it cannot, in s; null where that is not the matter. */
export const excerptS = computed<number | null>(() => {
  const sound = clip.value?.sound;
  if (!sound || !TOO_MUCH.includes(clipFault.value?.code ?? "")) return null;
  return Math.min(sound.lengthS, mostInputS.value);
});

/** Takes in as much of the clip as can be: its beginning, or where it is loudest. */
export async function takeExcerpt(which: "first" | "loudest"): Promise<void> {
  const channels = clip.value?.sound?.track.playable.parts[0]?.channels;
  if (!clip.value || !channels || excerptS.value === null) return;
  const length = Math.floor(excerptS.value * RATE_HZ);
  const from = which === "first" ? 0 : loudestFrom(channels, length, RATE_HZ);
  const cut = channels.map((samples) => samples.subarray(from, from + length));
  const [begin, end] = [from, from + length].map((place) => Math.round(place / RATE_HZ));
  const name = `${clip.value.file.name.replace(/\.\w+$/, "")} ${begin}-${end} s.wav`;
  await takeIn(new File([wavOf(cut, RATE_HZ)], name, { type: "audio/wav" }));
}
