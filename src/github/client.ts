/** GitHub's REST API: one request after another, again where GitHub's rules say so, and the token in no text. */
import { request as octokitRequest } from "@octokit/request";
import { PkgIndexError } from "../errors.ts";
import type { Clock } from "../io/clock.ts";
import { systemErrorCode } from "../io/files.ts";
import { limitedFetch } from "./limited-fetch.ts";
import { isLimit, planRetry, type Outcome } from "./retry-rules.ts";
import type { Token } from "./token.ts";

/** An answer, whatever its status. */
export interface GithubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed body; from outside, so nothing is known of its form. */
  readonly data: unknown;
  /** What GitHub says in words where it refuses; empty where it does not. */
  readonly message: string;
  /** Whether GitHub sent the request on to another address: the repository has another name now. */
  readonly redirected: boolean;
}

/** A request as it goes over the wire, without the token. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface GithubClient {
  /** The request that a route (`POST /repos/{owner}/{repo}/dispatches`) and its parameters make. */
  readonly prepare: (route: string, parameters?: Readonly<Record<string, unknown>>) => PlainRequest;
  /**
   * The answer to a request, also where it refuses (`status` of 400 and more). Throws a `PkgIndexError` with exit code 1
   * where there is none, or where a limit would have to be waited for beyond the deadline.
   */
  readonly send: (request: PlainRequest) => Promise<GithubAnswer>;
}

export interface ClientOptions {
  /** The address of the API, without a slash at its end. */
  readonly api: string;
  readonly token: Token | undefined;
  readonly userAgent: string;
  readonly clock: Clock;
  /** At least 0, less than 1: for the times between attempts. */
  readonly random?: () => number;
  /** Until when, in milliseconds since the epoch, requests may be repeated. */
  readonly deadline: number;
  /** How long one answer may take. */
  readonly timeoutMs?: number;
  /** Told before each time that is waited. */
  readonly onWait?: (reason: string, seconds: number) => void;
}

/** GitHub's own default; the next one, of 2026-03-10, is the first that breaks with it. */
const API_VERSION = "2022-11-28";
const TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 5;

const THIS_MACHINE = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * A client for one server and one token. Throws a `PkgIndexError` with exit code 2 where the token would cross a network
 * for everybody to read.
 */
export function createGithubClient(options: ClientOptions): GithubClient {
  const { api, userAgent, token } = options;
  const { protocol, hostname } = new URL(api);
  if (token !== undefined && protocol === "http:" && !THIS_MACHINE.has(hostname)) {
    throw new PkgIndexError({
      code: "usage",
      path: "GITHUB_API_URL",
      message: `${api} is not encrypted: everybody on the way could read the token`,
      hint: "write https",
    });
  }
  const headers = {
    accept: "application/vnd.github+json",
    "user-agent": userAgent,
    "x-github-api-version": API_VERSION,
  };
  return {
    prepare: (route, parameters = {}) => {
      const prepared = octokitRequest.endpoint(route, { baseUrl: api, headers, ...parameters });
      const plain = Object.entries(prepared.headers).map(([name, value]) => [name, String(value)]);
      return {
        method: prepared.method,
        url: prepared.url,
        headers: Object.fromEntries(plain) as Record<string, string>,
        body: prepared.body,
      };
    },
    send: (request) => sendPatiently(request, options),
  };
}

async function sendPatiently(request: PlainRequest, options: ClientOptions): Promise<GithubAnswer> {
  const { clock, deadline, onWait, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    const outcome = await sendOnce(request, options);
    const retry = planRetry(outcome, { attempt, now: clock.now(), random: random() });
    if (retry === undefined) {
      if (outcome.status === undefined) throw unreachable(request, outcome.message);
      if (isLimit(outcome)) throw limited(request, `GitHub limits requests, also after ${attempt} of them`);
      return outcome.answer;
    }
    const end = clock.now() + retry.waitMs;
    if (end > deadline) {
      if (outcome.status === undefined) throw unreachable(request, outcome.message);
      if (!isLimit(outcome)) return outcome.answer;
      const again = new Date(end).toISOString().replace(/\.\d+Z$/, "Z");
      throw limited(request, `GitHub ${retry.reason}, and to ask again before ${again} makes no sense`);
    }
    onWait?.(retry.reason, Math.ceil(retry.waitMs / 1000));
    await clock.sleep(retry.waitMs);
  }
}

type Sent =
  | (Outcome & { readonly status: undefined })
  | (Outcome & { readonly status: number; readonly answer: GithubAnswer });

/** One request, sent on where GitHub says so: verbatim, to the same server alone (the docs, "Follow redirects"). */
async function sendOnce(request: PlainRequest, options: ClientOptions): Promise<Sent> {
  const origin = new URL(options.api).origin;
  let url = request.url;
  for (let redirects = 0; ; redirects++) {
    const sent = await sendTo(url, request, options, redirects > 0);
    const location = sent.headers["location"];
    const isRedirect = sent.status !== undefined && /^30[12378]$/.test(String(sent.status));
    if (!isRedirect || location === undefined || redirects === MOST_REDIRECTS) return sent;
    if (!URL.canParse(location, url) || new URL(location, url).origin !== origin) return sent;
    url = new URL(location, url).href;
  }
}

async function sendTo(
  url: string,
  { method, headers, body }: PlainRequest,
  { token, timeoutMs = TIMEOUT_MS }: ClientOptions,
  redirected: boolean,
): Promise<Sent> {
  const hide = (text: string): string => (token === undefined ? text : text.replaceAll(token.value, "***"));
  try {
    const response = await octokitRequest({
      method: method as "GET",
      url,
      headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token.value}` },
      ...(body === undefined ? {} : { data: body }),
      request: {
        fetch: limitedFetch,
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
        log: { debug: silent, info: silent, warn: silent, error: silent },
      },
    });
    return toSent(response, hide, redirected);
  } catch (error) {
    const response = responseOf(error);
    if (response !== undefined) return toSent(response, hide, redirected);
    const { message, isLasting } = describeFailure(error);
    return { status: undefined, headers: {}, message: hide(message), isLasting };
  }
}

function silent(): void {}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

function toSent(
  { status, headers, data }: Response,
  hide: (text: string) => string,
  redirected: boolean,
): Sent {
  const texts = Object.entries(headers).map(([name, value]) => [
    name,
    value === undefined ? value : String(value),
  ]);
  const known = Object.fromEntries(texts) as Record<string, string | undefined>;
  const message = status < 300 ? "" : hide(describeBody(data));
  return { status, headers: known, message, answer: { status, headers: known, data, message, redirected } };
}

/** What the library throws for a refusal has the answer in it; what it throws for a failure has none. */
function responseOf(error: unknown): Response | undefined {
  if (!(error instanceof Error) || !("response" in error)) return undefined;
  return error.response as Response | undefined;
}

const LONGEST_MESSAGE = 300;

/** GitHub's `message` and the messages below `errors`, in one line; of a page of HTML nothing. */
function describeBody(data: unknown): string {
  if (typeof data !== "object" || data === null) return "";
  const { message, errors } = data as { readonly message?: unknown; readonly errors?: unknown };
  const details = (Array.isArray(errors) ? errors : []).map((item: unknown) =>
    typeof item === "string" ? item : (item as { message?: unknown } | null)?.message,
  );
  const text = [message, ...details].filter((part) => typeof part === "string").join(": ");
  return text.replace(/\s+/g, " ").slice(0, LONGEST_MESSAGE);
}

/** Certificates do not change within seconds, and neither do addresses that are none. */
const LASTING = /^(?:CERT_|ERR_TLS|ERR_SSL|ERR_INVALID|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HPE_)/;

function describeFailure(error: unknown): { readonly message: string; readonly isLasting: boolean } {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === "TimeoutError") return { message: "it took too long", isLasting: false };
    const code = systemErrorCode(at);
    if (code !== undefined && at.cause === undefined)
      return { message: `${at.message || code}`, isLasting: LASTING.test(code) };
  }
  return { message: error instanceof Error ? error.message : String(error), isLasting: false };
}

function unreachable({ url }: PlainRequest, message: string): PkgIndexError {
  return new PkgIndexError({
    code: "unreachable",
    path: new URL(url).origin,
    message: `cannot be reached: ${message}`,
    hint: "see whether the network is there; GITHUB_API_URL says where GitHub's API is",
  });
}

function limited({ url }: PlainRequest, message: string): PkgIndexError {
  return new PkgIndexError({
    code: "rate-limited",
    path: new URL(url).origin,
    message,
    hint: "try again later, or give it more time with --timeout",
  });
}
