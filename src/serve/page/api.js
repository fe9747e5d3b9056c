// Questions to the server and what it tells by itself. A server that is gone is said so, and asked again.

import { choose, store } from "./store.js";

/** The server refused: what it said, and with which status. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.error ?? String(status));
    this.status = status;
    this.body = body ?? {};
  }
}

/** The server did not answer. */
export class Gone extends Error {}

/** Asks, and returns the JSON of the answer. */
export async function ask(method, path, body) {
  const early = method === "GET" ? EARLY[path] : undefined;
  delete EARLY[path];
  let answer = await early;
  const type = typeof body === "string" || body instanceof Blob ? "application/octet-stream" : "application/json";
  try {
    answer ??= await fetch(path, {
      method,
      headers: { ...TOKEN.headers, ...(body === undefined ? {} : { "content-type": type }) },
      body: body === undefined ? undefined : type === "application/json" ? JSON.stringify(body) : body,
    });
  } catch {
    lost();
    throw new Gone();
  }
  if (answer.status === 401) choose({ locked: true });
  const text = await answer.text();
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    // A proxy may answer in its own words.
  }
  if (!answer.ok) throw new Refused(answer.status, json);
  choose({ online: true, locked: false });
  return json;
}

let back = async () => {};
let waiting = false;

/** The server is gone: asked again until it answers, and then for what has changed. */
async function lost() {
  choose({ online: false });
  if (waiting) return;
  waiting = true;
  do await new Promise((done) => setTimeout(done, 1500));
  while (!(await alive()));
  waiting = false;
  choose({ online: true });
  await back().catch(() => {});
}

/** Reads what the server tells, for as long as the page is open; `tell` gets each event, `again` a line that is back. */
export async function listen(tell, again) {
  back = again;
  for (let first = true; ; first = false) {
    try {
      const answer = await fetch("/v1/events", { headers: TOKEN.headers });
      if (answer.ok && answer.body) {
        if (!first) await again();
        await read(answer.body.getReader(), tell);
      }
    } catch {
      // Said below.
    }
    if (!store.locked && !(await alive())) lost();
    await new Promise((done) => setTimeout(done, 1500));
  }
}

async function alive() {
  try {
    return (await fetch("/healthz")).ok;
  } catch {
    return false;
  }
}

/** Events of a stream: lines `event:` and `data:`, an empty line ends each. */
async function read(reader, tell) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest = (rest + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n");
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const lines = rest.slice(0, end).split("\n");
      rest = rest.slice(end + 2);
      const of = (name) => lines.filter((l) => l.startsWith(name + ":")).map((l) => l.slice(name.length + 1).trim()).join("\n");
      if (!of("data")) continue;
      try {
        tell(of("event") || "message", JSON.parse(of("data")));
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** Hands a file of the server to the reader; a token goes in a header, never in an address. */
export async function fetchFile(path) {
  const answer = await fetch(path, { headers: TOKEN.headers });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null));
  const name = /filename="?([^";]+)"?/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "revier";
  const url = URL.createObjectURL(await answer.blob());
  const link = el("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
