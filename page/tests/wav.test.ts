import { expect, test } from "vitest";
import { channelsOfPcm } from "../src/sound/pcm";
import { wavOf } from "../src/sound/wav";

test("a WAV's head says what follows it", async () => {
  const samples = new Float32Array(5);
  const wav = wavOf([samples, samples], 32_000);
  const bytes = await wav.arrayBuffer();
  const view = new DataView(bytes);
  const text = (at: number) => String.fromCharCode(...new Uint8Array(bytes, at, 4));
  expect([wav.type, bytes.byteLength]).toEqual(["audio/wav", 44 + 20]);
  expect([text(0), text(8), text(12), text(36)]).toEqual(["RIFF", "WAVE", "fmt ", "data"]);
  expect([view.getUint32(4, true), view.getUint32(16, true), view.getUint32(40, true)]).toEqual([56, 16, 20]);
  // PCM, two channels, samples a second, bytes a second, bytes of both samples, bits
  expect([20, 22, 32, 34].map((at) => view.getUint16(at, true))).toEqual([1, 2, 4, 16]);
  expect([24, 28].map((at) => view.getUint32(at, true))).toEqual([32_000, 128_000]);
});

test("its samples are the sound's, in turn, cut at full scale", async () => {
  const left = Float32Array.from([0, 0.5, -0.25, 1.5]);
  const right = Float32Array.from([1 / 32_768, -1, 1, -1.5]);
  const bytes = new Uint8Array(await wavOf([left, right], 32_000).arrayBuffer());
  const most = 32_767 / 32_768;
  const [first, second] = channelsOfPcm(bytes.subarray(44), 2);
  expect([...(first ?? [])]).toEqual([0, 0.5, -0.25, most]);
  expect([...(second ?? [])]).toEqual([1 / 32_768, -1, most, -1]);
});
