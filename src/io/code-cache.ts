/**
 * The files of the build, loaded with the code that V8 made of them when they were built: to read it takes a fraction of the time that it
 * takes to make it again in every run. It fits to one version of Node alone, and where there is none that fits, V8 makes it as ever.
 */
const fs = process.getBuiltinModule("node:fs");
const { basename, dirname, join } = process.getBuiltinModule("node:path");

/** What a file of the build is called with. */
type Wrapper = (
  exports: object,
  require: (id: string) => unknown,
  module: { exports: object },
  filename: string,
  folder: string,
) => void;

/** Where the code of a file is kept for this version of Node. Files of the build have different names, whatever folder they are in. */
function cachePath(build: string, file: string): string {
  return join(build, "code-cache", `${process.version}-${process.arch}`, basename(file));
}

/**
 * Loads files of a build, CommonJS without `import()`, by their absolute paths; what they require is loaded the same way where it is relative, and by Node where it is
 * not. `build` is the folder of the build.
 */
export function createLoader(build: string): (file: string) => unknown {
  const { Script } = process.getBuiltinModule("node:vm");
  const requireOthers = process.getBuiltinModule("node:module").createRequire(join(build, "main.cjs"));
  const loaded = new Map<string, { exports: object }>();
  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const cachedData = readIfThere(cachePath(build, file));
    const script = new Script(wrap(fs.readFileSync(file, "utf8")), {
      filename: file,
      ...(cachedData && { cachedData }),
    });
    const folder = dirname(file);
    const require = (id: string): unknown =>
      id.startsWith(".") ? load(join(folder, id)) : requireOthers(id);
    (script.runInThisContext() as Wrapper)(module.exports, require, module, file, folder);
    return module.exports;
  };
  return load;
}

/** Leaves beside a build what V8 makes of its files, all functions included, where V8 will take it. Returns of how many. */
export function makeCodeCache(build: string, files: readonly string[]): number {
  const { Script } = process.getBuiltinModule("node:vm");
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const taken = files.filter((file) => {
    const source = wrap(fs.readFileSync(file, "utf8"));
    // Else functions are left out until they are called.
    setFlagsFromString("--no-lazy");
    const script = new Script(source, { filename: file });
    setFlagsFromString("--lazy");
    const cachedData = script.createCachedData();
    if (new Script(source, { filename: file, cachedData }).cachedDataRejected !== false) return false;
    const path = cachePath(build, file);
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, cachedData);
    return true;
  });
  return taken.length;
}

function wrap(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return fs.readFileSync(path);
  } catch {
    return undefined;
  }
}
