/** What git and its server say when they do not take a push, or do not answer: whether to try again, and what a person can do. */

/** `retry`: somebody else was faster, or the network failed. Anything else stays as it is until a person mends it. */
export type PushOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly reason: string }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string };

type Rule = readonly [pattern: RegExp, message: string, hint: string];

/** In this order: what is said first decides. */
const REFUSALS: readonly Rule[] = [
  [
    /GH013|repository rule violations|push declined due to repository rule/i,
    "the push is against a rule of the repository (ruleset)",
    "let the account of the token bypass the ruleset, or publish to a branch that it does not cover (--branch)",
  ],
  [
    /GH006|protected branch/i,
    "the branch is protected, and the push is against its rules",
    "let the account of the token push to it (Settings, Branches), or publish to another branch (--branch)",
  ],
  [
    /GH001|exceeds GitHub's file size limit|larger than .* limit/i,
    "the server does not take files of that size",
    "keep large wheels in Git LFS, or serve the index from a host without that limit",
  ],
  [
    /without `?workflows?`? (?:scope|permission)/i,
    "the token may not change workflow files",
    "publish changes none: the branch must have moved; run again, or use a token with that right",
  ],
  [
    /Repository not found|returned error: 404|does not appear to be a git repository|does not exist/i,
    "there is no such repository, or the token does not see it",
    "check the spelling; a fine-grained token must name the repository, with Contents: read and write",
  ],
  [
    /returned error: 403|Permission to \S+ denied|Write access to repository not granted|insufficient permission/i,
    "the token may not write to it",
    "use a token with Contents: read and write on that repository, or contents: write in the workflow's permissions",
  ],
  [
    /returned error: 401|Authentication failed|could not read (?:Username|Password)|Invalid username or (?:password|token)|terminal prompts disabled/i,
    "nobody is let in without a valid token",
    "put a token into PKG_UPDATE_TOKEN (in a workflow: the secret of that name), or name a file with one (--token-file)",
  ],
  [
    /Permission denied \(publickey|Host key verification failed/i,
    "the server does not let this user in over SSH",
    "add a deploy key with write access, or use https with a token",
  ],
  [
    /refusing to update checked out branch|branch is currently checked out/i,
    "the branch is checked out there, and git changes none under its owner's hands",
    "push to a bare repository, or use pkgindex add in that folder",
  ],
  [
    /hook declined|pre-receive hook/i,
    "a hook of the server refuses the push",
    "the lines above are what it says",
  ],
  [
    /transport '\S+' not allowed/i,
    "git may not use that protocol here",
    "give an address with https, ssh or file",
  ],
  [
    /shallow update not allowed/i,
    "the server takes no push from a shallow clone",
    "update git on the server",
  ],
  [
    /unable to create temporary object|insufficient permission for adding|unpacker error|Read-only file system|No space left/i,
    "the server cannot store what is pushed",
    "see to its disk and its rights",
  ],
];

const RACES =
  /\[rejected\].*\((?:non-fast-forward|fetch first|stale info|needs force)\)|cannot lock ref|failed to update ref|reference already exists|incorrect old value|failed to lock|Unable to create '[^']*\.lock'|shallow file has changed/i;

const NETWORK =
  /returned error: (?:408|429|5\d\d)|HTTP 5\d\d|Could not resolve host|Connection (?:reset|refused|timed out)|Failed to connect|early EOF|unexpected disconnect|hung up unexpectedly|RPC failed|SSL_ERROR|gnutls_handshake|Operation timed out|bad record|Empty reply/i;

/** Judges a run of git that talked to a server, by its exit code and its words. */
export function judgePush(code: number, words: string): PushOutcome {
  if (code === 0) return { kind: "done" };
  if (RACES.test(words)) return { kind: "retry", reason: "somebody else was faster" };
  const rule = REFUSALS.find(([pattern]) => pattern.test(words));
  if (rule !== undefined) return { kind: "refused", message: rule[1], hint: rule[2] };
  if (NETWORK.test(words)) return { kind: "retry", reason: "the server cannot be reached" };
  return {
    kind: "refused",
    message: `git ended with ${code}`,
    hint: "the lines above are what it says",
  };
}
