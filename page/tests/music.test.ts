import { afterEach, expect, test } from "vitest";
import { askForKeyWith } from "../src/service/call";
import { factsOf } from "../src/service/facts";
import { Fault } from "../src/service/fault";
import { compose } from "../src/service/music";
import { orderOf } from "../src/service/order";
import { event, Service } from "./service";
import { MUSICGEN, SKETCH, WISH } from "./wishes";

const order = orderOf(WISH, SKETCH, null);
const never = new AbortController().signal;
let service: Service;

afterEach(() => service.end());

test("events are told as they come, and the file is the bytes that were sent", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256);
  let accept = "";
  service = await Service.begin((request, response) => {
    accept = request.headers.accept ?? "";
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    const done = {
      headers: { "X-Aural-Bpm": "96.00" },
      media_type: "audio/flac",
      file: Buffer.from(bytes).toString("base64"),
    };
    const all =
      event("queued", { ahead: 2 }) +
      ": keep-alive\n\n" +
      event("progress", { stage: "composing", done: 0.5, step: null, of: null, seconds_left: 3 }) +
      event("take", { index: 0, of: 2, seed: 7, score: null }) +
      event("done", done);
    // Cut anywhere: events do not come in one piece each.
    const pieces = all.match(/[\s\S]{1,977}/g) ?? [];
    for (const piece of pieces) response.write(piece);
    response.end();
  });
  const told: unknown[] = [];
  const music = await compose(order, "flac", never, {
    queued: (ahead) => told.push(ahead),
    progress: ({ done }) => told.push(done),
    take: ({ of }) => told.push(of),
  });
  expect(accept).toBe("text/event-stream, audio/flac");
  expect(told).toEqual([2, 0.5, 2]);
  expect(new Uint8Array(await music.file.arrayBuffer())).toEqual(bytes);
  expect(factsOf(music.headers).bpm).toBe(96);
});

test("a stream's music is told as it comes; other formats are not streamed", async () => {
  const asked: Record<string, unknown>[] = [];
  service = await Service.begin((_, response, body) => {
    asked.push(JSON.parse(body));
    const pcm = Buffer.from([1, 2, 3, 4]).toString("base64");
    const done = { headers: {}, media_type: "audio/wav", file: "" };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(event("audio", { start: 0, rate: 32_000, channels: 2, pcm }) + event("done", done));
  });
  const told: unknown[] = [];
  const streamed = orderOf(WISH, MUSICGEN, null);
  await compose(streamed, "wav", never, { audio: (block) => told.push(block) });
  expect(told).toEqual([{ channels: 2, pcm: Uint8Array.from([1, 2, 3, 4]) }]);
  await compose(streamed, "flac", never);
  expect(asked.map(({ stream }) => stream)).toEqual([true, undefined]);
});

test("a service without events answers with the file itself", async () => {
  service = await Service.begin((_, response) => {
    response.writeHead(200, { "content-type": "application/octet-stream", "x-aural-key": "A minor" }).end("RIFF");
  });
  const music = await compose(order, "wav", never);
  expect(await music.file.text()).toBe("RIFF");
  expect(factsOf(music.headers).key).toBe("A minor");
});

test("an error on the way is the service's sentence", async () => {
  service = await Service.begin((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(event("error", { error: "Too late. Ask for less.", code: "deadline_exceeded", request_id: "1" }));
  });
  await expect(compose(order, "wav", never)).rejects.toMatchObject({
    message: "Too late. Ask for less.",
    code: "deadline_exceeded",
  });
});

test("a stream that ends before the music is an error", async () => {
  service = await Service.begin((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(event("queued", { ahead: 0 }));
  });
  await expect(compose(order, "wav", never)).rejects.toMatchObject({ code: "broken_off" });
});

test("an error answer names its field, and what would do", async () => {
  service = await Service.begin((_, response) => {
    const said = { error: "duration: does not fit.", code: "cannot_finish_in_time", longest_duration_s: 12.5 };
    response.writeHead(503, { "content-type": "application/json", "retry-after": "4" }).end(JSON.stringify(said));
  });
  const fault = await compose(order, "wav", never).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Fault);
  expect((fault as Fault).field).toBe("duration");
  expect((fault as Fault).extra).toEqual({ longestDurationS: 12.5, retryAfterS: 4 });
});

test("cancelling closes the connection", async () => {
  let closed: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  service = await Service.begin((_, response) => {
    response.on("close", closed);
    response.writeHead(200, { "content-type": "text/event-stream" }).write(event("queued", { ahead: 1 }));
  });
  const abort = new AbortController();
  const music = compose(order, "wav", abort.signal, { queued: () => abort.abort() });
  await expect(music).rejects.toMatchObject({ name: "AbortError" });
  await gone;
});

test("the key is asked for once, and sent from then on", async () => {
  const seen: (string | undefined)[] = [];
  service = await Service.begin((request, response) => {
    seen.push(request.headers.authorization);
    const right = request.headers.authorization === "Bearer right";
    response.writeHead(right ? 200 : 401, { "content-type": "application/json" }).end("{}");
  });
  const asked: boolean[] = [];
  const answers = ["wrong", "right"];
  askForKeyWith(async (refused) => {
    asked.push(refused);
    return answers.shift() ?? null;
  });
  await compose(order, "wav", never);
  await compose(order, "wav", never);
  expect(asked).toEqual([false, true]);
  expect(seen).toEqual([undefined, "Bearer wrong", "Bearer right", "Bearer right"]);
});
