/** GitHub's answers to what it does not do, word for word. */

/** An answer of the REST API; without a body it is empty. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

const DOCUMENTATION = "https://docs.github.com/rest";

/** An error in the form that all of GitHub's have. */
export function refusal(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  documentation: string = DOCUMENTATION,
): Answer {
  return { status, headers, body: { message, documentation_url: documentation, status: String(status) } };
}

export const BAD_CREDENTIALS = refusal(401, "Bad credentials");
export const REQUIRES_AUTHENTICATION = refusal(401, "Requires authentication");
export const NOT_FOUND = refusal(404, "Not Found");

/** The token may see the repository, and may not do this. `permissions` as in `contents=write`. */
export function notAccessible(permissions: string, by = "personal access token"): Answer {
  return refusal(403, `Resource not accessible by ${by}`, { "x-accepted-github-permissions": permissions });
}

/** The limit per hour is used up until a second of the epoch. */
export function primaryLimit(resetSeconds: number, status: 403 | 429 = 403): Answer {
  return refusal(
    status,
    "API rate limit exceeded for user ID 1. If you reach out to GitHub Support for help, please include the request ID.",
    {
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-used": "5000",
      "x-ratelimit-reset": String(resetSeconds),
      "x-ratelimit-resource": "core",
    },
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api",
  );
}

/** Too much at once; GitHub does not always say how long to wait. */
export function secondaryLimit(retryAfterSeconds?: number, status: 403 | 429 = 403): Answer {
  return refusal(
    status,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to " +
      "GitHub Support for help, please include the request ID.",
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
    "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
  );
}

/** What the machines in front of GitHub say when there is nobody behind them. */
export const BAD_GATEWAY: Answer = {
  status: 502,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
};
