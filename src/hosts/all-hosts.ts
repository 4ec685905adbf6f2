/** Every hosting target that pkgindex knows. */
import { apache } from "./apache.ts";
import { caddy } from "./caddy.ts";
import { cloudflarePages } from "./cloudflare-pages.ts";
import { githubPages } from "./github-pages.ts";
import type { Host } from "./host.ts";
import { netlify } from "./netlify.ts";
import { nginx } from "./nginx.ts";
import { s3 } from "./s3.ts";

/** In the order of the list that `pkgindex host` prints. */
export const ALL_HOSTS: readonly Host[] = [githubPages, cloudflarePages, netlify, s3, nginx, caddy, apache];
