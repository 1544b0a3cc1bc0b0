import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Info } from "../src/service/answers";
import { channelsOfPcm } from "../src/sound/pcm";
import { wavOf } from "../src/sound/wav";
import { analysis, clip, clipFault, drop, takeIn } from "../src/state/clip";
import { excerptS, takeExcerpt } from "../src/state/excerpt";
import { info } from "../src/state/service";
import { Context } from "./context";
import { Service } from "./service";
import { HEARD } from "./wishes";

const RATE_HZ = 32_000;
const MOST_BYTES = 6_000_000;
let service: Service;
/** The files that were sent, head and all. */
let sent: Buffer[];

beforeEach(async () => {
  sent = [];
  const limits = { max_upload_bytes: MOST_BYTES, min_input_s: 0.5, max_input_s: 30, min_duration_s: 1 };
  info.value = { limits: { ...limits, max_duration_s: 120 } } as Info;
  service = await Service.begin((_, response, body) => {
    const from = body.indexOf("RIFF");
    sent.push(Buffer.from(body.slice(from, body.indexOf("\r\n--", from)), "latin1"));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(HEARD));
  });
  Context.begin(samplesOf);
});

afterEach(async () => {
  drop();
  await service.end();
  vi.unstubAllGlobals();
});

/** Of a WAV file, as long as its head says. */
function samplesOf(file: ArrayBuffer): Float32Array {
  const bytes = new DataView(file).getUint32(40, true);
  return channelsOfPcm(new Uint8Array(file).subarray(44, 44 + bytes), 1)[0] ?? new Float32Array();
}

/** A hum of so many seconds, loud from 40 s to 70 s. */
function hum(seconds: number): File {
  const samples = Float32Array.from({ length: seconds * RATE_HZ }, (_, at) => {
    const loud = at >= 40 * RATE_HZ && at < 70 * RATE_HZ;
    return (loud ? 0.5 : 0.05) * Math.sin(at / 10);
  });
  return new File([wavOf([samples], RATE_HZ)], "my hum.ogg");
}

test("a clip that fits is sent as it is", async () => {
  const file = hum(5);
  await takeIn(file);
  expect([sent[0]?.length, analysis.value]).toEqual([file.size, HEARD]);
  expect([clipFault.value, excerptS.value]).toEqual([null, null]);
});

test("a clip that is too long is not sent; its loudest part is, where that is asked for", async () => {
  await takeIn(hum(80));
  expect([sent.length, clipFault.value?.code, excerptS.value]).toEqual([0, "local_too_long", 30]);
  expect(clip.value?.sound?.lengthS).toBe(80);
  await takeExcerpt("loudest");
  expect([clip.value?.file.name, clipFault.value]).toEqual(["my hum 40-70 s.wav", null]);
  expect(sent[0]?.length).toBe(44 + 2 * 30 * RATE_HZ);
  expect(analysis.value).toEqual(HEARD);
});

test("its first seconds are its first samples", async () => {
  const file = hum(31);
  await takeIn(file);
  await takeExcerpt("first");
  expect(clip.value?.file.name).toBe("my hum 0-30 s.wav");
  const all = Buffer.from(await file.arrayBuffer());
  expect(sent[0]?.subarray(44).equals(all.subarray(44, 44 + 2 * 30 * RATE_HZ))).toBe(true);
});

test("a file that is too large but decodes is offered as one that fits", async () => {
  await takeIn(new File([hum(20), new Uint8Array(MOST_BYTES)], "large.wav"));
  expect([sent.length, clipFault.value?.code, excerptS.value]).toEqual([0, "local_too_large", 20]);
  await takeExcerpt("first");
  expect([sent[0]?.length, analysis.value]).toEqual([44 + 2 * 20 * RATE_HZ, HEARD]);
});

test("what does not decode is the service's to judge, or too large to be sent", async () => {
  Context.begin();
  await takeIn(hum(40));
  expect([sent.length, clip.value?.sound, clipFault.value]).toEqual([1, null, null]);
  await takeIn(new File([new Uint8Array(MOST_BYTES + 1)], "large.bin"));
  expect([sent.length, clip.value, clipFault.value?.code]).toEqual([1, null, "local_too_large"]);
});

test("a service that finds a clip too long all the same leaves the same way out", async () => {
  await service.end();
  service = await Service.begin((_, response) => {
    const said = { error: "Audio is longer than 30 s, which is the most. Trim it.", code: "too_long" };
    response.writeHead(422, { "content-type": "application/json" }).end(JSON.stringify(said));
  });
  await takeIn(hum(30));
  expect([clipFault.value?.code, excerptS.value]).toEqual(["too_long", 30]);
});
