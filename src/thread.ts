/** The first file of each thread: loads the one that the thread was started for, which is in the same folder. */
import { fileURLToPath } from "node:url";
import { createLoader } from "./io/code-cache.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
createLoader(folder)(folder + process.argv[2]);
