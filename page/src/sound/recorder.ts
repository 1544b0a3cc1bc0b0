/** Records from the microphone until stop, which gives the clip. Raises DOMException where there is none, or no leave. */
export class Recorder {
  private constructor(
    private readonly recorder: MediaRecorder,
    private readonly pieces: Blob[],
  ) {}

  static async begin(): Promise<Recorder> {
    // Music, not speech: what browsers do for calls would change tempo cues and level.
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: plain });
    const recorder = new MediaRecorder(stream);
    const pieces: Blob[] = [];
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.start();
    return new Recorder(recorder, pieces);
  }

  stop(): Promise<File> {
    return new Promise((resolve) => {
      this.recorder.onstop = () => {
        for (const track of this.recorder.stream.getTracks()) track.stop();
        const type = this.recorder.mimeType;
        const suffix = /^audio\/(\w+)/.exec(type)?.[1] ?? "webm";
        resolve(new File(this.pieces, `recording.${suffix}`, { type }));
      };
      this.recorder.stop();
    });
  }
}
