/** nginx, Caddy and Apache with the configuration that `pkgindex host` writes. */
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { makeTemporaryDirectory, removeDirectory } from "../../support/make-tree.ts";
import { runCli } from "../../support/run-cli.ts";
import { checksFor, type HostUnderTest } from "./support/http-checks.ts";
import { makeSampleTree } from "./support/sample-tree.ts";
import { findFreePort, WEB_SERVERS, type RunningServer } from "./support/web-servers.ts";

const FILES = {
  nginx: "hosting/nginx.conf",
  caddy: "hosting/Caddyfile",
  apache: "hosting/apache.conf",
} as const;

const PLACES = [
  { layout: "simple", base: "" },
  { layout: "flat", base: "" },
  { layout: "simple", base: "a/b c$(x)+'/" },
  { layout: "flat", base: "deep/" },
] as const;

for (const server of WEB_SERVERS) {
  describe.each(PLACES)(`${server.name}, layout $layout, under /$base`, ({ layout, base }) => {
    const missing = server.program === undefined ? ` (${server.name} is not installed)` : "";
    let directory: string;
    let host: HostUnderTest;
    let running: RunningServer | undefined;
    let check: { code: number | null; output: string };

    beforeAll(async () => {
      if (server.program === undefined) return;
      directory = makeTemporaryDirectory();
      // Started by root, Apache reads as another user.
      chmodSync(directory, 0o755);
      const port = await findFreePort();
      const url = new URL(base, `http://127.0.0.1:${port}/`).href;
      const tree = await makeSampleTree(
        join(directory, "it's a $repo & 100%".replaceAll(server.name === "nginx" ? "$" : "", "")),
        { layout, url },
      );
      const written = await runCli(["host", server.name, "--write"], { cwd: tree.directory });
      if (written.code !== 0) throw new Error(written.stdout + written.stderr);
      // Where the files of a server are included from is no part of what is tested.
      const configuration = join(directory, "site.conf");
      copyFileSync(join(tree.directory, FILES[server.name]), configuration);
      check = server.check(directory, configuration);
      running = await server.start(directory, configuration, port);
      host = { url, tree, lacks: [] };
    }, 60_000);
    afterAll(async () => {
      await running?.stop();
      if (directory !== undefined) removeDirectory(directory);
    });

    test.skipIf(missing !== "")(`the configuration passes the server's own check${missing}`, () => {
      expect(check.output).not.toMatch(/\bwarn/i);
      expect(check.code).toBe(0);
    });

    for (const { name, run } of checksFor([])) {
      test.skipIf(missing !== "")(`${name}${missing}`, () => run(host));
    }
  });
}
