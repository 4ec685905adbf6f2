/** Facts for the tests of hosts. */
import type { HostFacts } from "../../src/hosts/host.ts";

export const FACTS: HostFacts = {
  layout: "simple",
  url: "https://packages.example.org/",
  jsonRoot: false,
  servedFrom: "/srv/index",
  rootInRepository: "index",
  cli: "pkgindex@^0.1.0",
};
