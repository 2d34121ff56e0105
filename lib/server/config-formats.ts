import type { ConfigReader } from "../config/reader.ts";
import { isLiteLlm, readLiteLlm } from "../config/readers/litellm.ts";
import { readProviderJson } from "../config/readers/provider-json.ts";
import { readSluice } from "../config/readers/sluice.ts";
import { readTree } from "../config/source-lines.ts";
import { isApiProxy, readApiProxy } from "../db/readers/api-proxy.ts";
import { isNewApi, readNewApi } from "../db/readers/new-api.ts";
import { isNiceApi, readNiceApi } from "../db/readers/niceapi.ts";
import type { ImportFormat } from "../schemas/import.ts";

/** A form a configuration can be read from. */
export type ConfigFormat = {
  name: ImportFormat;
  read: ConfigReader;
  /** Whether a file is of this form. Quick and exact: the first format that says so is taken. */
  detect(content: Buffer): boolean;
  /** What it needs besides the file, by name. */
  options: string[];
  /** Whether its files are no text. */
  binary: boolean;
};

type Plain = Record<string, unknown>;

/** The value of a JSON or YAML text; null = it has none. */
function treeOf(content: Buffer): unknown {
  if (content.includes(0)) return null;
  const read = readTree(content);
  return "tree" in read ? read.tree.value : null;
}

/** The outermost object of such a text. */
function outermost(content: Buffer): Plain | null {
  const value = treeOf(content);
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Plain) : null;
}

const sections = ["providers", "groups", "keys", "failKeywords"];

function isSluice(content: Buffer): boolean {
  const document = outermost(content);
  return document !== null && ("sluice" in document || sections.some((name) => Array.isArray(document[name])));
}

const hasProviders = (section: unknown): boolean =>
  section !== null && typeof section === "object" && Array.isArray((section as Plain).providers);

function isProviderJson(content: Buffer): boolean {
  const document = outermost(content);
  return document !== null && ("_global" in document || Object.values(document).some(hasProviders));
}

/** Every format this version reads. The API and the console list them from here. */
export const configFormats: readonly ConfigFormat[] = [
  { name: "niceapi", read: readNiceApi, detect: isNiceApi, options: [], binary: true },
  {
    name: "api-proxy",
    read: readApiProxy,
    detect: (content) => isApiProxy(content, treeOf(content)),
    options: ["encryptionKey"],
    binary: true,
  },
  {
    name: "new-api",
    read: readNewApi,
    detect: (content) => isNewApi(content, treeOf(content)),
    options: [],
    binary: true,
  },
  { name: "sluice", read: readSluice, detect: isSluice, options: [], binary: false },
  {
    name: "litellm",
    read: readLiteLlm,
    detect: (content) => isLiteLlm(treeOf(content)),
    options: [],
    binary: false,
  },
  { name: "provider-json", read: readProviderJson, detect: isProviderJson, options: [], binary: false },
];

/** The format of that name, or with `auto` the one the content is of; null = none. */
export function formatOf(name: ImportFormat | "auto", content: Buffer): ConfigFormat | null {
  return configFormats.find((format) => (name === "auto" ? format.detect(content) : format.name === name)) ?? null;
}
