import { z } from "zod";
import { hiddenValue } from "../secret-headers.ts";
import { problem } from "./problems.ts";

/** Headers the gateway sets itself, or that would change where or how a request is sent. */
const reservedHeaders = new Set([
  "host",
  "authorization",
  "proxy-authorization",
  "content-length",
  "content-type",
  "content-encoding",
  "transfer-encoding",
  "accept-encoding",
  "connection",
  "proxy-connection",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "expect",
]);

/** Reserved, but for saying how the key is sent. */
const keyHeaders = new Set(["authorization"]);

/**
 * Extra headers of a provider. A value may hold `{{api_key}}`, which becomes the credential's secret; that header then
 * takes the place of the protocol's own.
 */
export const providerHeaders = headersWith({ kept: false });

/** The same for headers that exist: the value {@link hiddenValue} stands for the stored one. */
export const changedHeaders = headersWith({ kept: true });

function headersWith({ kept }: { kept: boolean }) {
  return z
    .record(z.string().max(100), z.string().max(4096))
    .superRefine((headers, context) => checkHeaders(headers, context, kept));
}

function checkHeaders(headers: Record<string, string>, context: z.RefinementCtx, kept: boolean): void {
  const names = Object.keys(headers);
  if (names.length > 50) {
    context.addIssue(problem("too_long", "At most 50 headers.", { maximum: 50 }));
    return;
  }
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const refuse = (...args: Parameters<typeof problem>) => context.addIssue({ ...problem(...args), path: [name] });
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) refuse("bad_header_name", "Not a header name.", { name });
    else if (reservedHeaders.has(lower) && !(keyHeaders.has(lower) && value.includes("{{api_key}}")))
      refuse("reserved_header", `The gateway sets "${name}" itself.`, { name });
    else if (seen.has(lower)) refuse("duplicate", `"${name}" is given twice.`, { value: name });
    seen.add(lower);
    if (kept && value === hiddenValue) continue;
    if (!/^[\t\x20-\x7e]*$/.test(value)) {
      refuse("bad_header_value", "Only printable ASCII characters can be sent in a header.", { name });
    }
    const placeholder = /\{\{(?!api_key\}\})[^}]*\}?\}?/.exec(value)?.[0];
    if (placeholder) {
      refuse("unknown_placeholder", "{{api_key}} is the only placeholder.", {
        name,
        placeholder: placeholder.slice(0, 60),
      });
    }
  }
}
