/** What holds for the files of every host, and how each writes what is given to it. */
import { describe, expect, test } from "vitest";

import { HOST_NAMES } from "../../src/config/rules/host.ts";
import { InvalidInput } from "../../src/errors.ts";
import { ALL_HOSTS } from "../../src/hosts/all-hosts.ts";
import type { HostFacts } from "../../src/hosts/host.ts";
import { quoteHcl, renderTerraform } from "../../src/hosts/s3-terraform.ts";
import { quoteShell } from "../../src/hosts/staging-script.ts";
import { isSealed } from "../../src/hosts/stamp.ts";
import { parseSiteAddress } from "../../src/hosts/site-address.ts";
import { FACTS } from "./facts.ts";

function textOf(host: string, facts: Partial<HostFacts>, path?: RegExp): string {
  const files = ALL_HOSTS.find(({ name }) => name === host)?.render({ ...FACTS, ...facts }) ?? [];
  return files
    .filter((file) => path?.test(file.path) ?? true)
    .map(({ text }) => text)
    .join("\n");
}

test("the hosts are those that can be configured", () => {
  expect(ALL_HOSTS.map(({ name }) => name).toSorted()).toEqual(
    HOST_NAMES.filter((name) => name !== "other").toSorted(),
  );
});

describe.each(ALL_HOSTS)("$name", ({ name, summary, render, nextSteps, tested }) => {
  const variants = (["simple", "flat"] as const).flatMap((layout) =>
    [true, false].flatMap((jsonRoot) =>
      [undefined, "https://example.org/", "http://127.0.0.1:8123/a/b/"].map((url) => ({
        ...FACTS,
        layout,
        jsonRoot,
        url,
      })),
    ),
  );

  test("is described in a line", () => {
    expect(summary).toMatch(/^\S.{20,110}[^\s.]$/);
    expect(tested).toMatch(/^(?:with the real|in part|in workerd)/);
  });

  test("each file can be told from one that was changed by hand, and the same facts give the same text", () => {
    for (const facts of variants) {
      const files = render(facts);
      expect(files.length).toBeGreaterThan(0);
      expect(render(facts)).toEqual(files);
      for (const { text, path } of files) {
        if (text === "") continue;
        expect(isSealed(text), path).toBe(true);
        expect(isSealed(text.replace(/index/, "Index")), path).toBe(false);
        expect(text, path).toContain(`written by pkgindex host ${name}`);
        expect(text.endsWith("\n"), path).toBe(true);
        expect(text, path).not.toMatch(/undefined|\[object|-{16}/);
        expect(text, path).not.toMatch(/[ \t]+$/m);
      }
    }
  });

  test("says what to do next", () => {
    for (const step of nextSteps(FACTS)) expect(step).toMatch(/^\S.*[^.]$/);
  });

  test("knows no path of this machine that it need not know", () => {
    const needsPath = ["nginx", "caddy", "apache"].includes(name);
    expect(textOf(name, { servedFrom: "/somewhere/special" }).includes("/somewhere/special")).toBe(needsPath);
  });

  test("a root whose name could break out is escaped or refused", () => {
    for (const bad of ["/a\nb", "/a\u0000b", "/a\rb"]) {
      if (["nginx", "caddy", "apache"].includes(name))
        expect(() => render({ ...FACTS, servedFrom: bad })).toThrow(InvalidInput);
    }
  });
});

test("hosts that take a type from the file name say so and offer the second root", () => {
  expect(textOf("github-pages", {})).toMatch(/cannot negotiate[\s\S]*json-root = true/);
  expect(ALL_HOSTS.filter(({ negotiates }) => !negotiates).map(({ name }) => name)).toEqual(["github-pages"]);
});

describe("paths and addresses", () => {
  test("nginx quotes, and refuses a dollar", () => {
    expect(textOf("nginx", { servedFrom: '/a "b" c\\d' })).toContain('root "/a \\"b\\" c\\\\d";');
    expect(() => textOf("nginx", { servedFrom: "/a$b" })).toThrow(/nginx cannot write/);
  });

  test("Caddy takes all but braces and backticks", () => {
    expect(textOf("caddy", { servedFrom: `/it's "a" $x` })).toContain('root * `/it\'s "a" $x`');
    for (const bad of ["/a`b", "/a{b", "/a}b"]) expect(() => textOf("caddy", { servedFrom: bad })).toThrow();
  });

  test("Apache escapes what a rule would read as a group", () => {
    const text = textOf("apache", { servedFrom: "/a $1 %2" });
    expect(text).toContain('"/a \\$1 \\%2/$1index.html"');
    expect(text).toContain('DocumentRoot "/a $1 %2"');
    for (const bad of ["/a${x}", '/a"b', "/a[b]", "/a*"])
      expect(() => textOf("apache", { servedFrom: bad })).toThrow();
  });

  test("a shell gets the root as one word", () => {
    expect(quoteShell("it's")).toBe("'it'\\''s'");
    for (const host of ["github-pages", "cloudflare-pages", "netlify", "s3"])
      expect(textOf(host, { rootInRepository: "a'; rm -rf x #" })).toContain("root='a'\\''; rm -rf x #'");
  });

  test("a workflow refuses what would be an expression", () => {
    expect(() => textOf("github-pages", { rootInRepository: "${{ secrets.X }}" })).toThrow(InvalidInput);
  });

  test("HCL gets no template", () => {
    expect(quoteHcl('a"b\\c${d}%{e}')).toBe('"a\\"b\\\\c$${d}%%{e}"');
    expect(renderTerraform("/${x}/")).toContain("$${x}/404.html");
  });

  test("the path of an address is decoded for servers, and patterns take it as it is", () => {
    const text = textOf("nginx", { url: "https://example.org/a%20b/c+(d)/" });
    expect(text).toContain("^/a b/c\\+\\(d\\)/");
    expect(text).toContain("server_name example.org;");
    expect(() => parseSiteAddress("https://example.org/a%0Ab/")).toThrow(InvalidInput);
    expect(() => parseSiteAddress("https://example.org/a%2Fb/")).toThrow(InvalidInput);
    expect(() => parseSiteAddress("https://example.org/%ff/")).toThrow(InvalidInput);
  });
});

describe("github-pages", () => {
  const text = textOf("github-pages", {}, /\.yml$/);

  test("actions are pinned by commit, rights are given by job, and none is written to the repository", () => {
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(uses.length).toBe(4);
    for (const action of uses) expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    expect(text).toContain("\npermissions: {}\n");
    expect(text).not.toContain("contents: write");
    expect(text).toContain("persist-credentials: false");
    expect(text).not.toMatch(/\$\{\{[^}]*(?:secrets|github\.event\.(?!repository\.default_branch\b))/);
  });

  test("only the job that deploys may deploy", () => {
    const [build = "", deploy = ""] = text.split("\n  deploy:");
    expect(build).not.toContain("id-token");
    expect(deploy).toContain("id-token: write");
    expect(deploy).not.toContain("run:");
  });
});

describe("cloudflare-pages", () => {
  test("only pages of the simple API go through the Function", () => {
    const routes = JSON.parse(textOf("cloudflare-pages", {}, /_routes/)) as {
      include: string[];
      exclude: string[];
    };
    expect(routes).toMatchObject({ version: 1, include: ["/simple/*"], exclude: [] });
    expect(textOf("cloudflare-pages", { layout: "flat" }, /_routes/)).toContain('"/*"');
  });

  test("headers are short for pages, for ever for files, and type the second root where there is one", () => {
    expect(textOf("cloudflare-pages", {}, /_headers/)).toMatch(
      /^\/\*\.whl\n {2}Content-Type: .*\n {2}Cache-Control: .*immutable$/m,
    );
    expect(textOf("cloudflare-pages", {}, /_headers/)).not.toContain("simple-json");
    expect(textOf("cloudflare-pages", { jsonRoot: true }, /_headers/)).toContain("/simple-json/*");
    expect(textOf("cloudflare-pages", { layout: "flat" }, /_headers/)).not.toContain("/pypi/");
  });
});

test("s3 uploads what is advertised before what advertises it, and removes last", () => {
  const text = textOf("s3", { jsonRoot: true }, /upload/);
  const order = [
    "'*.whl'",
    "'*.whl.metadata'",
    "index.v1.json'",
    "simple-json/*index.html",
    "404.html",
    "--delete",
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(text).toContain("--content-type 'application/vnd.pypi.simple.v1+json'");
});
