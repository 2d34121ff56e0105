import type en from "../../messages/en.json";
import type { Locale } from "./locales.ts";

export type Messages = typeof en;
export type Namespace = keyof Messages;
type Tree = { [key: string]: string | Tree };

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

/** The messages of a language; a key that is not translated falls back to English, so no page ever shows a key. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  const base = (await loaders.en()).default as Messages;
  if (locale === "en") return base;
  const translated = (await loaders[locale]()).default as Tree;
  return layered(base as unknown as Tree, translated) as unknown as Messages;
}

/** Only the named namespaces, for sending to the browser. */
export function pickMessages(messages: Messages, namespaces: readonly Namespace[]): Partial<Messages> {
  return Object.fromEntries(namespaces.map((name) => [name, messages[name]]));
}
