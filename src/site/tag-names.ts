/** Tags of wheels in words: https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ */

/** The three tag sets of a wheel's file name; undefined for an sdist. */
export function wheelTags(
  filename: string,
): { readonly python: string; readonly abi: string; readonly platform: string } | undefined {
  if (!filename.endsWith(".whl")) return undefined;
  const [python = "", abi = "", platform = ""] = filename.slice(0, -".whl".length).split("-").slice(-3);
  return { python, abi, platform };
}

const INTERPRETERS: Readonly<Record<string, string>> = { py: "Python", cp: "CPython", pp: "PyPy" };

/** `CPython 3.12`, `Python 3`, `CPython 3.9+` for the stable ABI, `CPython 3.13t` for free threading. */
export function pythonName(tag: string, abi: string): string {
  const [, prefix = "", major = "", minor = ""] = /^([a-z]+)(\d)(\d*)$/.exec(tag) ?? [];
  const interpreter = INTERPRETERS[prefix];
  if (interpreter === undefined) return tag;
  const ending = abi === "abi3" ? "+" : /^cp\d+t$/.test(abi) ? "t" : "";
  return `${interpreter} ${major}${minor === "" ? "" : `.${minor}`}${ending}`;
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "x86-64",
  amd64: "x86-64",
  i686: "x86",
  aarch64: "ARM64",
  arm64: "ARM64",
  universal2: "ARM64 and x86-64",
};

export const ANY_PLATFORM = "any platform";

/** `Linux x86-64`, `macOS ARM64`, `any platform`: the family, without the least version of the system. */
export function platformName(tag: string): string {
  if (tag === "any") return ANY_PLATFORM;
  if (tag === "win32") return "Windows x86";
  const [, family = "", rest = ""] =
    /^(manylinux(?:\d{1,4})?|musllinux|linux|macosx|win)_(?:\d+_\d+_)?(.+)$/.exec(tag) ?? [];
  const architecture = ARCHITECTURES[rest] ?? rest.replaceAll("_", "-");
  if (family === "musllinux") return `Linux ${architecture} (musl)`;
  if (family.endsWith("linux") || family.startsWith("manylinux")) return `Linux ${architecture}`;
  if (family === "macosx") return `macOS ${architecture}`;
  return family === "win" ? `Windows ${architecture}` : tag;
}

/** The platforms of a compressed tag set, each once. */
export function platformNames(tags: string): readonly string[] {
  return [...new Set(tags.split(".").map(platformName))];
}
