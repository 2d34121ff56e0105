"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "../ui/dialog";
import { handlerOf, useActiveShortcuts } from "./active";
import { KeyCaps } from "./key-caps";
import { type ShortcutId, shortcutGroups, shortcuts, shortcutWords } from "./registry";

/** What the keyboard can do on this page as it stands. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("shortcuts");
  const nav = useTranslations("nav");
  const active = useActiveShortcuts().filter((id) => handlerOf(id, false) !== undefined);
  const switchedOff = document.documentElement.dataset.shortcuts === "off";
  const wordsOf = (id: ShortcutId) => {
    const words = shortcutWords(id);
    return words.in === "nav" ? nav(words.key) : t(`label.${words.key}`);
  };
  const groups = shortcutGroups
    .map((group) => ({ group, ids: active.filter((id) => shortcuts[id].group === group) }))
    .filter(({ ids }) => ids.length > 0);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="large"
      title={t("title")}
      description={switchedOff ? t("off") : t("hint")}
    >
      <div className="gap-x-8 pb-4 sm:columns-2">
        {groups.map(({ group, ids }) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="pb-1 text-caption text-muted-foreground">{t(`group.${group}`)}</h3>
            <dl className="divide-y">
              {ids.map((id) => (
                <div key={id} className="flex min-h-9 items-center justify-between gap-4 py-1">
                  <dt className="min-w-0 text-body">{wordsOf(id)}</dt>
                  <dd className="flex flex-wrap items-center justify-end gap-x-1.5">
                    {shortcuts[id].keys.map((keys, place) => (
                      <span key={keys} className="inline-flex items-center gap-1.5">
                        {place > 0 && <span className="text-caption text-muted-foreground">{t("either")}</span>}
                        <KeyCaps keys={keys} />
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
