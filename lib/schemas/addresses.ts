import { z } from "zod";
import { problem } from "./problems.ts";

const addressOrRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** An IP address or a CIDR range, v4 or v6. */
export const ipRange = z
  .string()
  .trim()
  .max(60)
  .superRefine((value, context) => {
    if (!addressOrRange.safeParse(value).success) {
      context.addIssue(problem("not_an_ip_range", `"${value}" is not an IP address or range.`, { value }));
    }
  });

/** Endpoint paths people paste together with the base URL. */
const endpointPaths = [
  "/chat/completions",
  "/completions",
  "/embeddings",
  "/moderations",
  "/responses",
  "/messages",
  "/models",
  "/rerank",
  "/images/generations",
  "/audio/speech",
  "/audio/transcriptions",
];

/**
 * A base URL without what people paste by accident: white space around it, a query, a fragment, an endpoint path, the
 * slash at the end. Returns null for anything that is no http(s) address or carries a user or password.
 */
export function trimBaseUrl(text: string): { url: string; trimmed: boolean } | null {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || !url.hostname) return null;
  const given = url.pathname.replace(/\/+$/, "");
  const pasted = endpointPaths.find((path) => given.endsWith(path));
  const path = pasted ? given.slice(0, -pasted.length) : given;
  return { url: url.origin + path, trimmed: pasted !== undefined || url.search !== "" || url.hash !== "" };
}

/** What stands for the address of the built-in demo provider. */
export const demoBaseUrl = "demo://built-in";

/** A provider's base URL, trimmed by {@link trimBaseUrl}. Whether we may call it is checked by the server. */
export const baseUrl = z
  .string()
  .max(1000)
  .transform((value, context) => {
    if (value.trim() === demoBaseUrl) return demoBaseUrl;
    const result = trimBaseUrl(value);
    if (result) return result.url;
    context.addIssue(problem("not_a_url", "An http or https address without user and password."));
    return z.NEVER;
  });
