import { signal } from "@preact/signals";
import { Fault } from "../service/fault";
import { Recorder } from "../sound/recorder";
import { clipFault, takeIn } from "./clip";
import { mostInputS } from "./service";

/** Seconds since the recording began; null where none is made. */
export const recordingS = signal<number | null>(null);
let recorder: Recorder | null = null;
let clock = 0;

/** Begins to record, or ends it and takes the recording in. It ends by itself at the longest that a clip may be. */
export async function toggleRecording(): Promise<void> {
  if (recorder) return end(recorder);
  clipFault.value = null;
  try {
    recorder = await Recorder.begin();
  } catch {
    clipFault.value = new Fault("local_no_microphone", "");
    return;
  }
  const mine = recorder;
  recordingS.value = 0;
  clock = window.setInterval(() => {
    recordingS.value = (recordingS.value ?? 0) + 1;
    if (recordingS.value >= mostInputS.value) void end(mine);
  }, 1000);
}

async function end(running: Recorder): Promise<void> {
  window.clearInterval(clock);
  recorder = null;
  recordingS.value = null;
  await takeIn(await running.stop());
}
