/** The index as a Hono application: the methods that it knows, what it says of a failure, and its log. */
import { Hono } from "hono";
import { systemErrorCode } from "../io/files.ts";
import { createIndexHandler, type IndexHandlerOptions } from "./index-handler.ts";
import { ALWAYS, respondWithMessage, toResponse, type Answer } from "./respond.ts";

export interface IndexAppOptions extends IndexHandlerOptions {
  /** Told of every answer. */
  readonly onAnswer: (request: Request, answer: Answer) => void;
  /** Told of every failure that is not the client's. */
  readonly onFailure: (request: Request, error: unknown) => void;
}

const METHODS = "GET, HEAD, OPTIONS";

/** Browsers ask for it before a request with headers of its own. https://fetch.spec.whatwg.org/#cors-preflight-fetch */
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    ...ALWAYS,
    Allow: METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
  },
  body: null,
};

/** Makes the application, `Request -> Response`; its `fetch` never throws. */
export function createIndexApp(options: IndexAppOptions): Hono {
  const handle = createIndexHandler(options);
  const app = new Hono();
  const finish = (request: Request, answer: Answer): Response => {
    options.onAnswer(request, answer);
    return toResponse(answer);
  };
  // Hono sends HEAD requests the way of GET.
  app.get("*", ({ req }) => finish(req.raw, handle(req.raw)));
  app.options("*", ({ req }) => finish(req.raw, PREFLIGHT));
  app.notFound(({ req }) => {
    const message = `405: an index can be read with ${METHODS}, and not written\n`;
    return finish(req.raw, respondWithMessage(req.raw, 405, message, { Allow: METHODS }));
  });
  app.onError((error, { req }) => {
    options.onFailure(req.raw, error);
    const [status, message] = describeFailure(error);
    return finish(req.raw, respondWithMessage(req.raw, status, `${status}: ${message}\n`));
  });
  return app;
}

/** What the client is told: nothing of paths or of the system. */
function describeFailure(error: unknown): readonly [status: 403 | 500 | 503, message: string] {
  switch (systemErrorCode(error)) {
    case "EACCES":
    case "EPERM":
      return [403, "the server may not read this file"];
    case "EMFILE":
    case "ENFILE":
      return [503, "the server has too many files open, try again"];
    default:
      return [500, "the server failed"];
  }
}
