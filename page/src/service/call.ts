import { Fault, isCancel } from "./fault";

/** Asks the person for the API key; null where they would rather not. The page sets it, tests set their own. */
let askForKey: (refused: boolean) => Promise<string | null> = async () => null;
/** In memory alone: it goes when the tab does. */
let key: string | null = null;

export function askForKeyWith(ask: typeof askForKey): void {
  askForKey = ask;
  key = null;
}

/** fetch with the key, which is asked for when an answer is 401. Raises Fault for every answer that is an error. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let response = await send(path, init);
  while (response.status === 401) {
    const given = await askForKey(key !== null);
    if (given === null) break;
    key = given;
    response = await send(path, init);
  }
  if (!response.ok) throw await Fault.from(response);
  return response;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== null) headers.set("authorization", `Bearer ${key}`);
  try {
    return await fetch(path, { ...init, headers });
  } catch (error) {
    if (isCancel(error)) throw error;
    throw new Fault("unreachable", "");
  }
}
