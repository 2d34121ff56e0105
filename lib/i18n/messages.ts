import compile from "icu-minify/compile";
import type en from "../../messages/en.json";
import type { Locale } from "./locales.ts";

export type Messages = typeof en;
export type Namespace = keyof Messages;
type Tree = { [key: string]: string | Tree };
type CompiledTree = { [key: string]: ReturnType<typeof compile> | CompiledTree };

// An explicit map: a template-string import would make the bundler pull in every file of the folder.
const loaders: Record<Locale, () => Promise<{ default: unknown }>> = {
  en: () => import("../../messages/en.json"),
  "zh-CN": () => import("../../messages/zh-CN.json"),
  "zh-TW": () => import("../../messages/zh-TW.json"),
  ja: () => import("../../messages/ja.json"),
  ko: () => import("../../messages/ko.json"),
};

/** `over` laid on `base`, branch by branch. A key that `over` lacks keeps the text of `base`. */
export function layered(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = typeof value === "object" && typeof below === "object" ? layered(below, value) : value;
  }
  return result;
}

/** Messages as next-intl formats them without a parser: the build leaves that out (next.config.mjs). */
export function compiled(tree: Tree): CompiledTree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      typeof value === "object" ? compiled(value) : plain(compile(value)),
    ]),
  );
}

/** Only plain objects reach client components, and the compiler makes some without a prototype. */
const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const read = new Map<Locale, Promise<Messages>>();

/**
 * The messages of a language, compiled and kept; a key that is not translated falls back to English, so no page ever
 * shows a key.
 */
export function loadMessages(locale: Locale): Promise<Messages> {
  const known = read.get(locale) ?? readMessages(locale);
  read.set(locale, known);
  return known;
}

async function readMessages(locale: Locale): Promise<Messages> {
  const base = (await loaders.en()).default as Tree;
  const all = locale === "en" ? base : layered(base, (await loaders[locale]()).default as Tree);
  // The types speak of the texts: what they say of keys and values holds for what is made of them.
  return compiled(all) as unknown as Messages;
}

/** Only the named namespaces, for sending to the browser. */
export function pickMessages(messages: Messages, namespaces: readonly Namespace[]): Partial<Messages> {
  return Object.fromEntries(namespaces.map((name) => [name, messages[name]]));
}
