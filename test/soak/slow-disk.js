/** Loaded into half of the runs that are killed: a disk on which each renaming and removal takes a millisecond. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const clock = new Int32Array(new SharedArrayBuffer(4));

for (const name of ["renameSync", "rmSync", "unlinkSync", "rmdirSync"]) {
  const original = fs[name];
  fs[name] = (...args) => {
    Atomics.wait(clock, 0, 0, 1);
    return original(...args);
  };
}
syncBuiltinESMExports();
