import { readFile } from "node:fs/promises";
import path from "node:path";
import { createTranslator } from "next-intl";
import type { Locale } from "../../i18n/locales.ts";
import type { Messages } from "../../i18n/messages.ts";
import type { AttentionItem } from "../../schemas/attention.ts";
import type { AlertLetter } from "./alert-delivery.ts";
import type { AlertMessage, Matter } from "./alert-rules.ts";

/** Says matters in one language. */
export type AlertWriter = {
  matter(item: AttentionItem): Matter;
  letter(message: AlertMessage, from: { instance: string; url: string }): AlertLetter;
  test(from: { instance: string; url: string }): AlertLetter;
};

/** A plain Node process reads the catalogues as files: nothing bundles them there. */
async function messagesOf(locale: Locale): Promise<Messages> {
  const file = path.join(process.cwd(), "messages", `${locale}.json`);
  return JSON.parse(await readFile(file, "utf8")) as Messages;
}

export async function alertWriter(locale: Locale): Promise<AlertWriter> {
  const t = createTranslator({ locale, messages: await messagesOf(locale), namespace: "alertText" });
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

  const written = (lines: string[], matters: Record<string, unknown>, from: { instance: string; url: string }) => {
    const subject = `${from.instance}: ${lines[0] ?? ""}`.slice(0, 200);
    const text = [...lines, ...(from.url === "" ? [] : ["", from.url])].join("\n");
    return {
      subject,
      text,
      body: { text: `${from.instance}\n${text}`, instance: from.instance, url: from.url, ...matters },
    };
  };

  return {
    matter: (item) => ({ id: item.id, level: item.level, text: sentence(item) }),
    letter: ({ begun, still, over }, from) =>
      written(
        [
          ...begun.map(({ text }) => text),
          ...still.map(({ text }) => t("still", { text })),
          ...over.map(({ text }) => t("over", { text })),
        ],
        { begun, still, over },
        from,
      ),
    test: (from) => written([t("test")], { begun: [], still: [], over: [] }, from),
  };
}
