import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A small service over real HTTP. It answers as the test says; relative addresses of `fetch` go to it until `end`. */
export class Service {
  private constructor(
    private readonly server: Server,
    private readonly fetchBefore: typeof fetch,
  ) {}

  static async begin(answer: Answer): Promise<Service> {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request.setEncoding("latin1")) body += piece;
      answer(request, response, body);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = globalThis.fetch;
    globalThis.fetch = (path, init) => before(origin + path, init);
    return new Service(server, before);
  }

  async end(): Promise<void> {
    globalThis.fetch = this.fetchBefore;
    this.server.closeAllConnections();
    await new Promise((ended) => this.server.close(ended));
  }
}

export function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
