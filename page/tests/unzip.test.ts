import { crc32, deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { unzip } from "../src/sound/unzip";

/** A ZIP as PKWARE's APPNOTE describes it, one file stored and one deflated. */
function zip(files: { name: string; text: string; deflate: boolean }[]): Blob {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, text, deflate } of files) {
    const data = deflate ? deflateRawSync(text) : Buffer.from(text);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(deflate ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(text), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(text.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, rest, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  const whole = Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
  return new Blob([new Uint8Array(whole)]);
}

test("stored and deflated files come out as they went in", async () => {
  const files = await unzip(
    zip([
      { name: "mix.wav", text: "RIFF", deflate: false },
      { name: "stems/01-bass.flac", text: "a".repeat(1000), deflate: true },
    ]),
  );
  expect([...files.keys()]).toEqual(["mix.wav", "stems/01-bass.flac"]);
  expect(await files.get("mix.wav")?.text()).toBe("RIFF");
  expect(await files.get("stems/01-bass.flac")?.text()).toBe("a".repeat(1000));
});

test("what is no ZIP is refused", async () => {
  await expect(unzip(new Blob(["no"]))).rejects.toThrow("not a ZIP");
});
