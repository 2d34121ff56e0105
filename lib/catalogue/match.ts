import { isIP } from "node:net";
import type { CatalogueEntry } from "../schemas/price-catalogue.ts";

/** Whose prices an address asks. A host not listed here may resell anything. */
const vendorOfHost: Record<string, string> = {
  "api.openai.com": "openai",
  "api.anthropic.com": "anthropic",
  "generativelanguage.googleapis.com": "google",
  "api.deepseek.com": "deepseek",
  "api.mistral.ai": "mistral",
  "api.x.ai": "xai",
  "dashscope.aliyuncs.com": "qwen",
  "dashscope-intl.aliyuncs.com": "qwen",
  "api.moonshot.ai": "moonshot",
  "api.moonshot.cn": "moonshot",
  "api.z.ai": "zhipu",
  "open.bigmodel.cn": "zhipu",
  "api.minimax.io": "minimax",
  "api.perplexity.ai": "perplexity",
  "api.cohere.com": "cohere",
  "api.cohere.ai": "cohere",
  "api.voyageai.com": "voyage",
  "api.groq.com": "groq",
  "api.together.xyz": "together",
  "api.together.ai": "together",
  "api.fireworks.ai": "fireworks",
  "api.cerebras.ai": "cerebras",
};

/** They sell other people's models; their prices say nothing about anybody else's. */
const hostsOfOthers = new Set(["groq", "together", "fireworks", "cerebras"]);

/** What aggregators write in front of a model, where it is not the vendor's own name. */
const vendorOfPrefix: Record<string, string> = {
  "x-ai": "xai",
  mistralai: "mistral",
  moonshotai: "moonshot",
  "z-ai": "zhipu",
  models: "google",
};

/** What may stand behind a model's name without being another price: a date, "latest", a preview of a date. */
export const versionSuffix =
  /(?:[-@]20\d\d-?\d\d-?\d\d|-latest|-stable|-\d{3}|-preview(?:-\d\d-\d\d(?:\d\d)?)?|-\d\d-\d\d-preview)$/;

export type Match = {
  entry: CatalogueEntry;
  /** The name in the catalogue that fitted. */
  model: string;
  basis: "host" | "name";
  /** OpenRouter's `:free`: known, and nothing to pay. */
  free: boolean;
};

/**
 * Finds what a model costs at a provider. Of entries that fit, the first wins, so that entries of one's own stand before
 * the bundled ones. The rules:
 *
 * 1. An entry whose vendor is the provider's host fits first, wherever that host is.
 * 2. A host that belongs to a vendor (`api.openai.com`, `*.openai.azure.com`) takes that vendor's entries only.
 * 3. Any other public host is matched by the name of the model: with a maker in front (`openai/gpt-4o`) among that
 *    maker's entries, else among those of all makers, if only one of them has it. Such a match has the basis `name`.
 * 4. An address of one's own network has no price but by rule 1: nobody sends a bill for it.
 *
 * A name fits in lower case as it is; without what a slash ends (`openai/`, `models/`); without a variant behind a colon
 * (`:free`, `:nitro`); without a version (`-2024-08-06`, `-20241022`, `-latest`, `-001`, `-preview-05-20`). The longest
 * name that fits wins, so `gpt-4o-2024-05-13` with its own entry is not taken for `gpt-4o`.
 */
export class PriceIndex {
  readonly #byName = new Map<string, CatalogueEntry[]>();

  constructor(entries: readonly CatalogueEntry[]) {
    for (const entry of entries) {
      for (const model of entry.models) {
        const name = model.toLowerCase();
        const known = this.#byName.get(name);
        if (known) known.push(entry);
        else this.#byName.set(name, [entry]);
      }
    }
  }

  match(baseUrl: string, model: string): Match | null {
    const host = URL.parse(baseUrl)?.hostname.toLowerCase();
    if (!host) return null;
    const names = namesOf(model);
    const own = this.#find(names, (vendor) => vendor === host);
    if (own) return { ...own, basis: "host", free: false };
    if (isOwnNetwork(host)) return null;
    const known = vendorOf(host);
    if (known) {
      const found = this.#find(names, (vendor) => vendor === known);
      return found && { ...found, basis: "host", free: false };
    }
    const maker = makerOf(model);
    const found = this.#find(names, (vendor) => isMaker(vendor) && (maker === null || vendor === maker));
    if (!found) return null;
    const isShared = this.#byName
      .get(found.model)
      ?.some(({ vendor }) => isMaker(vendor) && vendor !== found.entry.vendor);
    if (isShared && maker === null) return null;
    const free = host === "openrouter.ai" && /:free$/i.test(model);
    return { ...found, basis: free ? "host" : "name", free };
  }

  #find(names: readonly string[], takes: (vendor: string) => boolean): Pick<Match, "entry" | "model"> | null {
    for (const name of names) {
      const entry = this.#byName.get(name)?.find(({ vendor }) => takes(vendor));
      if (entry) return { entry, model: name };
    }
    return null;
  }
}

/** Who makes the models it sells, so that its price is the usual one. */
function isMaker(vendor: string): boolean {
  return !hostsOfOthers.has(vendor) && !vendor.includes(".");
}

/** Null = the model's name has no maker in front. */
function makerOf(model: string): string | null {
  if (!model.includes("/")) return null;
  const prefix = model.slice(0, model.indexOf("/")).toLowerCase();
  return vendorOfPrefix[prefix] ?? prefix;
}

function vendorOf(host: string): string | undefined {
  if (/\.(openai\.azure\.com|services\.ai\.azure\.com|cognitiveservices\.azure\.com)$/.test(host)) return "openai";
  return vendorOfHost[host];
}

/** An address without a name, or a name only a local network knows. */
function isOwnNetwork(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) !== 0 || !host.includes(".") || /\.(local|localhost|internal|lan|home\.arpa)$/.test(host);
}

/** The names a model may have in the catalogue, longest first. */
function namesOf(model: string): string[] {
  const full = model.toLowerCase();
  const names = new Set<string>();
  const withoutVariant = full.replace(/:[^/:]*$/, "");
  for (const name of [full, withoutVariant]) {
    for (const tail of [name, name.slice(name.indexOf("/") + 1), name.slice(name.lastIndexOf("/") + 1)]) {
      let shorter = tail;
      do {
        names.add(shorter);
        shorter = shorter.replace(versionSuffix, "");
      } while (!names.has(shorter));
    }
  }
  names.delete("");
  return [...names].sort((a, b) => b.length - a.length);
}
