import { describe, expect, it } from "vitest";

import { GENERATOR_TAG, isOurHtml, isOurJson } from "../../src/simple/ownership.ts";
import { renderListJson } from "../../src/simple/project-list.ts";
import { renderProjectJson } from "../../src/simple/project-page.ts";
import { ENVELOPE, EVERYTHING, SUMMARIES } from "./sample-projects.ts";

describe("isOurHtml", () => {
  it.each([
    ["a page with the tag", `<!DOCTYPE html>\n<head>\n${GENERATOR_TAG}\n</head>`, true],
    ["a page that a power cut emptied", "", true],
    ["a page that a power cut filled with zeros", "\0\0\0\0", true],
    ["somebody's page", "<!DOCTYPE html>\n<h1>My wheels</h1>\n", false],
    ["a page of another generator", `<meta name="generator" content="simple503 0.4.0">`, false],
    ["a page that speaks of pkgindex", "<p>Made without pkgindex.</p>", false],
    ["a newline", "\n", false],
  ])("%s: %#", (_, text, isOurs) => {
    expect(isOurHtml(Buffer.from(text))).toBe(isOurs);
  });
});

describe("isOurJson", () => {
  const page = renderProjectJson(EVERYTHING, "simple/demo-pkg", ENVELOPE);

  it.each([
    ["a project page", page, true],
    ["a project list", renderListJson(SUMMARIES, ENVELOPE), true],
    ["a page that was cut off", page.subarray(0, page.length / 2), true],
    ["a page that a power cut emptied", Buffer.alloc(0), true],
    ["a page that a power cut filled with zeros", Buffer.alloc(100), true],
    [
      "a page of a newer format",
      Buffer.from(page.toString("utf8").replace('"format":1,', '"format":2,')),
      true,
    ],
    [
      "a page that was changed by hand",
      Buffer.from(page.toString("utf8").replace('"size":854', '"size":855')),
      true,
    ],
    [
      "a page that has only our last key",
      Buffer.from('{"meta":{"api-version":"1.0"},"name":"demo-pkg","files":[],"_crc32":"00000000"}'),
      true,
    ],
    [
      "a page that has only our last key, with something that we never write",
      Buffer.from('{"meta":{"api-version":"1.0"},"projects":[],"_crc32":null}'),
      true,
    ],
    [
      "a page with a private key of another index",
      Buffer.from('{"meta":{"api-version":"1.0"},"projects":[],"_last-serial":7}'),
      false,
    ],
    [
      "somebody's project page",
      Buffer.from('{"meta":{"api-version":"1.0"},"name":"demo-pkg","files":[]}'),
      false,
    ],
    ["somebody's project list", Buffer.from('{"meta":{"api-version":"1.1"},"projects":[]}'), false],
  ])("%s: %#", (_, bytes, isOurs) => {
    expect(isOurJson(bytes)).toBe(isOurs);
  });

  it("a page with any single byte changed is still ours, to be made again", () => {
    const lost: string[] = [];
    for (let position = 0; position < page.length; position += 1) {
      const damaged = Buffer.from(page);
      damaged.writeUInt8(damaged.readUInt8(position) ^ 1, position);
      if (!isOurJson(damaged)) lost.push(damaged.toString("utf8", position - 2, position + 10));
    }
    expect(lost).toEqual([]);
  });
});
