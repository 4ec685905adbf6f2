/** The thread's side of rendering many descriptions. */
import { parentPort } from "node:worker_threads";
import { renderReadme, type Readme, type ReadmeRequest } from "./readme.ts";

parentPort?.on("message", (request: ReadmeRequest) => {
  void renderReadme(request).then((readme: Readme) => parentPort?.postMessage(readme));
});
