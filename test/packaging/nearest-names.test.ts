import { describe, expect, it } from "vitest";

import { nearestNames } from "../../src/packaging/nearest-names.ts";

const NAMES = ["dace", "gt4py", "torch", "torch-geometric", "torchvision", "numpy", "scipy", "a"];

describe("nearestNames", () => {
  it.each([
    ["daec", ["dace"]],
    ["dacee", ["dace"]],
    ["Dcae", ["dace"]],
    ["data", ["dace"]],
    ["xyce", ["dace"]],
    ["xyze", []],
    ["numpi", ["numpy"]],
    ["tocrh", ["torch"]],
    ["torhc-geometric", ["torch-geometric"]],
    ["torch", ["torch", "torchvision", "torch-geometric"]],
    ["torchvison", ["torchvision", "torch"]],
    ["torch-geometric-temporal", ["torch-geometric", "torch"]],
    ["zzz", []],
    ["", []],
    ["b", []],
  ])("answers %j with %j", (name, nearest) => {
    expect(nearestNames(name, NAMES)).toEqual(nearest);
  });
});
