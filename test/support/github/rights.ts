/** Who may do what on the fake GitHub. */
import type { IncomingMessage } from "node:http";
import { NOT_FOUND, notAccessible, REQUIRES_AUTHENTICATION, type Answer } from "./answers.ts";
import type { FakeRepository } from "./fake-repository.ts";

type Rights = Readonly<Record<string, "read" | "write">>;

/** What a token may do: rights by repository (in lower case; `*` for all), such as `{ contents: "write" }`. */
export interface FakeToken {
  readonly login?: string;
  /** A classic token's; its rights are those of its scopes, and GitHub names them in `x-oauth-scopes`. */
  readonly scopes?: readonly string[];
  /** When it ends, as GitHub writes it in a header: `2026-12-24 00:00:00 UTC`. */
  readonly end?: string;
  readonly rights: Readonly<Record<string, Readonly<Record<string, "read" | "write">>>>;
}

/** The token of a request: `bearer`, `token`, or the password of `basic`, as git sends it. */
export function tokenOf(
  { headers: { authorization = "" } }: IncomingMessage,
  tokens: ReadonlyMap<string, FakeToken>,
): FakeToken | undefined {
  const [scheme = "", value = ""] = authorization.split(" ");
  if (/^(?:bearer|token)$/i.test(scheme)) return tokens.get(value);
  const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, "base64").toString()) ?? [];
  return /^basic$/i.test(scheme) ? tokens.get(password) : undefined;
}

export function rightsOf(token: FakeToken | undefined, repository: FakeRepository): Rights {
  return { ...token?.rights["*"], ...token?.rights[repository.key] };
}

/** What is open to everybody in a public repository. */
const OPEN = /^(?:metadata|contents|actions)=read$/;

/** GitHub's refusal where rights do not have a permission, such as `contents=write`; else undefined. */
export function refuseAccess(
  repository: FakeRepository,
  wanted: string,
  rights: Rights,
  token: FakeToken | undefined,
): Answer | undefined {
  const [permission = "", level = ""] = wanted.split("=");
  const isMember = Object.keys(rights).length > 0;
  if (!repository.isPrivate && OPEN.test(wanted)) return undefined;
  if (permission === "metadata" ? isMember : rights[permission] === "write" || rights[permission] === level)
    return undefined;
  if (repository.isPrivate && !isMember) return NOT_FOUND;
  return token === undefined ? REQUIRES_AUTHENTICATION : notAccessible(wanted);
}
