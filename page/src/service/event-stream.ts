export interface ServerEvent {
  name: string;
  data: string;
}

/** The events of a text/event-stream body, as they come; comments (keep-alive) are passed over. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // Pieces of the line that is not complete yet: `done` brings a file of megabytes in one line, and a string that grew
  // by every chunk would be searched from its start each time.
  let pieces: string[] = [];
  let name = "message";
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      const lines = decoder.decode(value, { stream: !done }).split("\n");
      for (const [place, text] of lines.entries()) {
        pieces.push(text);
        if (place === lines.length - 1) break;
        const line = pieces.join("").replace(/\r$/, "");
        pieces = [];
        if (line === "") {
          if (data.length) yield { name, data: data.join("\n") };
          name = "message";
          data = [];
        } else if (line.startsWith("event:")) name = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
