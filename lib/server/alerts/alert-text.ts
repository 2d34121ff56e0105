import { readFile } from "node:fs/promises";
import path from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import type { Locale } from "../../i18n/locales.ts";
import type { Messages } from "../../i18n/messages.ts";
import type { AttentionItem } from "../../schemas/attention.ts";
import type { AlertLetter } from "./alert-delivery.ts";
import type { AlertMessage, Matter } from "./alert-rules.ts";

type From = { instance: string; url: string };

/** Where a matter is put right: for what serves no calls, one press from being held. */
function pathOf(item: AttentionItem): string {
  switch (item.kind) {
    case "deployment_state":
    case "deployment_held":
    case "quota":
      return `/status?sel=${item.deployment.id}`;
    case "group_cannot_serve":
      return `/groups/${item.group.id}`;
    case "credential_set_aside":
    case "model_sync":
      return `/providers/${item.provider.id}`;
    case "unpriced":
      return `/providers/${item.deployment.provider.id}`;
    case "key_budget":
    case "key_expiry":
      return `/keys/${item.key.id}`;
    case "provider_file":
      return "/settings/import";
    case "gateway_unreachable":
    case "journal_backlog":
      return "/settings/about";
  }
}

/** Says matters in one language. */
export type AlertWriter = {
  matter(item: AttentionItem): Matter;
  letter(message: AlertMessage, from: From): AlertLetter;
  test(from: From): AlertLetter;
};

type Texts = Messages["alertText"];

/** A plain Node process reads the catalogues as files, and their texts as they are written: no build has read them. */
async function textsOf(locale: Locale): Promise<Texts> {
  const file = path.join(process.cwd(), "messages", `${locale}.json`);
  return (JSON.parse(await readFile(file, "utf8")) as Messages).alertText;
}

export async function alertWriter(locale: Locale): Promise<AlertWriter> {
  const texts = await textsOf(locale);
  const t = (key: keyof Texts, values: Record<string, string> = {}) =>
    String(new IntlMessageFormat(texts[key], locale).format(values));
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });

  const sentence = (item: AttentionItem): string => {
    switch (item.kind) {
      case "gateway_unreachable":
        return t("gateway_unreachable");
      case "group_cannot_serve":
        return t("group_cannot_serve", { group: item.group.name });
      case "deployment_state":
        return t("deployment_state", {
          deployment: `${item.deployment.provider.name} › ${item.deployment.name}`,
          state: item.state,
        });
      case "deployment_held":
        return t("deployment_held", { deployment: `${item.deployment.provider.name} › ${item.deployment.name}` });
      case "quota":
        return t("quota", {
          deployment: `${item.deployment.provider.name} › ${item.deployment.name}`,
          share: percent.format(item.share),
        });
      case "credential_set_aside":
        return t("credential_set_aside", { credential: item.credential.name, provider: item.provider.name });
      case "key_budget":
        return t("key_budget", { key: item.key.name, share: percent.format(item.share), window: item.window });
      case "key_expiry":
        return t("key_expiry", { key: item.key.name, expired: item.expired ? "yes" : "no" });
      case "unpriced":
        return t("unpriced", { deployment: `${item.deployment.provider.name} › ${item.deployment.name}` });
      case "provider_file":
        return t("provider_file", { path: item.path });
      case "model_sync":
        return t("model_sync", { provider: item.provider.name });
      case "journal_backlog":
        return t("journal_backlog");
    }
  };

  const written = (lines: string[], matters: Record<string, unknown>, { instance, url }: From) => {
    const subject = `${instance}: ${lines[0] ?? ""}`.slice(0, 200);
    const text = [...lines, ...(url === "" ? [] : ["", url])].join("\n");
    return { subject, text, body: { text: `${instance}\n${text}`, instance, url, ...matters } };
  };
  const linkOf = ({ path }: Pick<Matter, "path">, { url }: From) => (url === "" ? "" : `${url}${path}`);
  const linked = (matters: readonly Matter[], from: From, words: (matter: Matter) => string) =>
    matters.flatMap((matter) => [words(matter), linkOf(matter, from)].filter((line) => line !== ""));
  const told = (matters: readonly Matter[], from: From) =>
    matters.map(({ id, level, text, path }) => ({ id, level, text, url: linkOf({ path }, from) }));

  return {
    matter: (item) => ({ id: item.id, level: item.level, text: sentence(item), path: pathOf(item) }),
    letter: ({ begun, still, over }, from) =>
      written(
        [
          ...linked(begun, from, ({ text }) => text),
          ...linked(still, from, ({ text }) => t("still", { text })),
          ...over.map(({ text }) => t("over", { text })),
        ],
        { begun: told(begun, from), still: told(still, from), over },
        from,
      ),
    test: (from) => written([t("test")], { begun: [], still: [], over: [] }, from),
  };
}
