import { describe, expect, test } from "vitest";
import { findExpectedProject, type SourceMetadata } from "../../src/builds/expected-project.ts";
import { listImportableModules } from "../../src/builds/importable-modules.ts";

const NOTHING: SourceMetadata = { pyproject: undefined, setupCfg: undefined, setupPy: undefined };

describe("the expected project", () => {
  test.each<[string, Partial<SourceMetadata>, object]>([
    [
      "by pyproject.toml",
      {
        pyproject: { name: "My.Demo", version: "1.0", isVersionDynamic: false },
        setupPy: 'setup(name="other")',
      },
      { name: "my-demo", version: "1.0", source: "pyproject.toml" },
    ],
    [
      "without a version that the build makes",
      { pyproject: { name: "demo", version: "0.0.0", isVersionDynamic: true } },
      { name: "demo", version: undefined },
    ],
    [
      "by setup.cfg",
      { setupCfg: "[options]\nname = no\n[metadata]\nname = demo\n" },
      { name: "demo", source: "setup.cfg" },
    ],
    [
      "not by an attribute",
      { setupCfg: "[metadata]\nname = attr: demo.NAME\n" },
      { source: "the repository's name" },
    ],
    [
      "by setup.py",
      { setupPy: "setup(\n    name='demo_x', version=V)" },
      { name: "demo-x", source: "setup.py" },
    ],
    ["not by a variable", { setupPy: "setup(name=NAME)" }, { name: "some-repository" }],
    [
      "by the repository",
      {},
      { name: "some-repository", version: undefined, source: "the repository's name" },
    ],
    [
      "not by a name that is none",
      { pyproject: { name: "-", version: undefined, isVersionDynamic: false } },
      { name: "some-repository" },
    ],
  ])("%s", (_, metadata, expected) => {
    expect(findExpectedProject({ ...NOTHING, ...metadata }, "Some_Repository")).toMatchObject(expected);
  });
});

describe("the modules to import", () => {
  test.each<[string, string[], string[]]>([
    ["a package", ["demo/__init__.py", "demo/core.py", "demo/data/x.txt"], ["demo"]],
    [
      "modules and extensions",
      ["one.py", "two.cpython-311-x86_64-linux-gnu.so", "three.abi3.so"],
      ["one", "three", "two"],
    ],
    ["a namespace", ["ns/part/__init__.py", "ns/single.py"], ["ns.part", "ns.single"]],
    ["what lies in .data", ["demo-1.data/purelib/demo/__init__.py", "demo-1.data/scripts/run.py"], ["demo"]],
    ["no metadata and no names that are none", ["demo-1.dist-info/x.py", "a-b/__init__.py", "c.txt"], []],
    ["no tests", ["tests/__init__.py", "docs/conf.py", "demo/__init__.py"], ["demo"]],
  ])("%s", (_, entries, modules) => {
    expect(listImportableModules(entries)).toEqual(modules);
  });
});
