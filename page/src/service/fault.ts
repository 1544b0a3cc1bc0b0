/** An error as the service words it: a sentence with its remedy, and the field that it is about where it names one. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    sentence: string,
    readonly extra: { requestId?: string; longestDurationS?: number; retryAfterS?: number } = {},
  ) {
    super(sentence);
  }

  /** "bpm" of "bpm: Input should be ...": where on the page the sentence belongs. */
  get field(): string | null {
    return /^([a-z_]+|Accept): /.exec(this.message)?.[1] ?? null;
  }

  static of(body: unknown, retryAfter: string | null = null): Fault {
    const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const seconds = Number(retryAfter ?? Number.NaN);
    return new Fault(String(said.code ?? "unreadable"), String(said.error ?? ""), {
      ...(typeof said.request_id === "string" ? { requestId: said.request_id } : {}),
      ...(typeof said.longest_duration_s === "number" ? { longestDurationS: said.longest_duration_s } : {}),
      ...(Number.isFinite(seconds) ? { retryAfterS: seconds } : {}),
    });
  }

  static async from(response: Response): Promise<Fault> {
    const body: unknown = await response.json().catch(() => null);
    return Fault.of(body, response.headers.get("retry-after"));
  }
}

/** A fault of the service as it is; anything else is the page's own. */
export function asFault(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault("unexpected", String(error));
}

/** Whether somebody pressed cancel: no error, nothing to tell. */
export function isCancel(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
