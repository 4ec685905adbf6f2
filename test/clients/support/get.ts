/** GETs an address exactly as it is written, without following redirects. */
import { request, type IncomingHttpHeaders } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** An answer, whole. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Throws only where no answer comes. A `file://` address is read from the disk, a folder's page as clients do it. */
export function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  if (url.startsWith("file:")) return readFromDisk(url);
  // Not through URL, which would rewrite what is to be tried.
  const [, host = "", port = "", path = "/"] = /^http:\/\/([^/:]+):(\d+)(\/.*)$/.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    request({ host, port, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on("error", reject)
      .end();
  });
}

async function readFromDisk(url: string): Promise<Got> {
  try {
    const body = await readFile(fileURLToPath(url.endsWith("/") ? `${url}index.html` : url));
    return { status: 200, headers: {}, body };
  } catch {
    return { status: 404, headers: {}, body: Buffer.alloc(0) };
  }
}
