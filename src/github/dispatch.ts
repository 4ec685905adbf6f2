/**
 * `repository_dispatch`: one repository tells another that something happened.
 * https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event
 */
import { InvalidInput } from "../errors.ts";
import type { GithubClient, PlainRequest } from "./client.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { RepositoryName } from "./repository-name.ts";
import type { Token } from "./token.ts";

/** The event that asks an index to build and add a release, and what GridTools' workflows read from it. */
export const UPDATE_EVENT = "update_package_index";

export interface UpdatePayload {
  readonly source_repo: string;
  readonly source_org: string;
  readonly dependency_ref: string;
}

export interface Dispatch {
  readonly event_type: string;
  readonly client_payload: Readonly<Record<string, unknown>>;
}

const LONGEST_EVENT_TYPE = 100;
const MOST_PROPERTIES = 10;
const LARGEST_BODY = 64 * 1024;

/** The dispatch that asks for a source repository at a ref; all three have passed their checks. */
export function toUpdateDispatch({ owner, repo }: RepositoryName, ref: string): Dispatch {
  const client_payload: UpdatePayload = { source_repo: repo, source_org: owner, dependency_ref: ref };
  return { event_type: UPDATE_EVENT, client_payload: { ...client_payload } };
}

/** A dispatch that GitHub will take, by its documented limits. Throws `InvalidInput` for one that it would refuse. */
export function checkDispatch(dispatch: Dispatch): Dispatch {
  const refuse = (message: string): InvalidInput =>
    new InvalidInput("dispatch", message, "send less, such as an address where the rest can be had");
  const { event_type, client_payload } = dispatch;
  if (event_type.length === 0 || event_type.length > LONGEST_EVENT_TYPE)
    throw refuse(
      `an event type has 1 to ${LONGEST_EVENT_TYPE} characters, and this one has ${event_type.length}`,
    );
  const count = Object.keys(client_payload).length;
  if (count > MOST_PROPERTIES)
    throw refuse(`a payload has at most ${MOST_PROPERTIES} properties, and this one has ${count}`);
  const size = Buffer.byteLength(JSON.stringify(dispatch));
  if (size >= LARGEST_BODY)
    throw refuse(`a dispatch is smaller than ${LARGEST_BODY} bytes, and this one has ${size}`);
  return dispatch;
}

/** The request that sends a dispatch to a repository. */
export function prepareDispatch(client: GithubClient, to: RepositoryName, dispatch: Dispatch): PlainRequest {
  return client.prepare("POST /repos/{owner}/{repo}/dispatches", { ...to, ...checkDispatch(dispatch) });
}

/** A dispatch that GitHub has taken. */
export interface TakenDispatch {
  /** The name that the repository has now, where GitHub sent the request on because it was renamed. */
  readonly newName: string | undefined;
  /** When, by GitHub's clock, in milliseconds since the epoch; NaN where it does not say. */
  readonly time: number;
}

/**
 * Sends it. Throws a `PkgIndexError` with exit code 1 where it did not get through. Where an answer was lost on its way the
 * dispatch may arrive twice: an index takes that for one.
 */
export async function sendDispatch(
  client: GithubClient,
  request: PlainRequest,
  to: RepositoryName,
  token: Token | undefined,
): Promise<TakenDispatch> {
  const answer = await client.send(request);
  if (answer.status === 204) {
    const newName = answer.redirected ? await readNewName(client, to) : undefined;
    return { newName, time: Date.parse(answer.headers["date"] ?? "") };
  }
  const wish = { repository: to, what: "start its workflows", permission: "Contents: write" };
  throw explainRefusal(answer, wish, token);
}

async function readNewName(client: GithubClient, to: RepositoryName): Promise<string> {
  const { data } = await client.send(client.prepare("GET /repos/{owner}/{repo}", { ...to }));
  const name = (data as { readonly full_name?: unknown } | null)?.full_name;
  return typeof name === "string" ? name : "another name";
}
