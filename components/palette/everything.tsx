"use client";

import { Command } from "cmdk";
import {
  Boxes,
  History,
  KeyRound,
  Languages,
  Layers,
  ListTree,
  type LucideIcon,
  Plug,
  Settings,
  User,
} from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { endonyms, locales } from "@/lib/i18n/locales";
import type { FoundObject } from "@/lib/schemas/search";
import { useMay } from "../permissions";
import { usePreferences } from "../preferences";
import type { SettingsSection } from "../settings/sections";
import { showLayer } from "../shell/layer";
import { useNavigation } from "../shell/use-navigation";
import { signOut } from "../sign-in";
import { mayLeave } from "../unsaved-forms";
import { type Act, actions } from "./actions";
import { callIdIn } from "./call-id";
import { pageWords, settingsWords } from "./page-words";
import { Group, Item, Panel } from "./panel";
import { type RecentItem, readRecent, rememberRecent } from "./recent";
import { useObjects } from "./use-objects";

/** A section of the settings with its name in the reader's language. */
export type SettingsPage = { section: SettingsSection; label: string };

const kindIcons: Record<FoundObject["kind"], LucideIcon> = {
  group: Layers,
  provider: Plug,
  deployment: Boxes,
  key: KeyRound,
  user: User,
};

const isKind = (kind: string): kind is FoundObject["kind"] => Object.hasOwn(kindIcons, kind);

function hrefOf({ kind, id, name, providerId }: FoundObject): string {
  if (kind === "group") return `/groups/${id}`;
  if (kind === "key") return `/keys/${id}`;
  if (kind === "user") return `/users?q=${encodeURIComponent(name)}`;
  return `/providers/${kind === "deployment" ? providerId : id}`;
}

/** What the palette lists before anything was chosen. */
export function Everything({
  settingsPages,
  onClose,
  onChooseProvider,
}: {
  settingsPages: readonly SettingsPage[];
  onClose: () => void;
  onChooseProvider: () => void;
}) {
  const t = useTranslations("palette");
  const nav = useTranslations("nav");
  const may = useMay();
  const router = useRouter();
  const preferences = usePreferences();
  const pages = useNavigation().flatMap((group) => group.items);
  const [typed, setTyped] = useState("");
  const [recent] = useState(() => readRecent(window.localStorage));
  const callId = callIdIn(typed);
  const search = useObjects(typed.trim());

  const go = (item: RecentItem) => {
    onClose();
    if (!mayLeave()) return;
    rememberRecent(window.localStorage, item);
    router.push(item.href);
  };
  const run = (act: Act) => {
    if (act !== "signOut" && "choose" in act) return onChooseProvider();
    onClose();
    if (act === "signOut") void signOut();
    else if ("go" in act) {
      if (mayLeave()) router.push(act.go);
    } else if ("theme" in act) preferences.setTheme(act.theme);
    else if ("density" in act) preferences.setDensity(act.density);
    else if ("locale" in act) preferences.setLocale(act.locale, true);
    else showLayer(act.layer);
  };
  const pageOf = (href: string) => pages.find((page) => page.href === href);

  return (
    <Panel typed={typed} onTyped={setTyped} placeholder={t("placeholder")} busy={search.busy}>
      <Command.Empty className="px-3 py-8 text-center text-body text-muted-foreground">
        {search.busy ? t("searching") : t("empty", { query: typed.trim() })}
      </Command.Empty>
      {search.failed && <p className="px-3 py-2 text-danger text-small">{t("failed")}</p>}
      {callId !== null && (
        <Group heading={t("objects")}>
          <Item
            value={callId}
            words={[typed]}
            icon={ListTree}
            onSelect={() => go({ href: `/logs/${callId}`, label: callId, kind: "call" })}
          >
            {t("call", { id: callId })}
          </Item>
        </Group>
      )}
      {typed === "" && recent.length > 0 && (
        <Group heading={t("recent")}>
          {recent.map((item) => {
            const page = pageOf(item.href);
            return (
              <Item
                key={item.href}
                value={`recent ${item.href}`}
                icon={page?.icon ?? (isKind(item.kind) ? kindIcons[item.kind] : History)}
                onSelect={() => go(item)}
                detail={isKind(item.kind) ? t(`kind.${item.kind}`) : undefined}
              >
                {page ? nav(page.label) : item.label}
              </Item>
            );
          })}
        </Group>
      )}
      <Group heading={t("pages")}>
        {pages.map(({ href, label, icon }) => (
          <Item
            key={href}
            value={nav(label)}
            words={[pageWords[label]]}
            icon={icon}
            onSelect={() => go({ href, label: nav(label), kind: "page" })}
          >
            {nav(label)}
          </Item>
        ))}
        {typed !== "" &&
          settingsPages.map(({ section, label }) => (
            <Item
              key={section}
              value={`${label} · ${nav("settings")}`}
              words={[settingsWords[section]]}
              icon={Settings}
              onSelect={() => go({ href: `/settings/${section}`, label, kind: "page" })}
              detail={nav("settings")}
            >
              {label}
            </Item>
          ))}
      </Group>
      {typed.trim() !== "" && search.items.length > 0 && (
        <Group heading={t("objects")}>
          {search.items.map((object) => (
            <Item
              key={object.id}
              value={`${object.name} ${object.id}`}
              words={[typed, object.detail ?? ""]}
              icon={kindIcons[object.kind]}
              muted={!object.enabled}
              detail={[t(`kind.${object.kind}`), object.detail].filter(Boolean).join(" · ")}
              onSelect={() => go({ href: hrefOf(object), label: object.name, kind: object.kind })}
            >
              {object.name}
            </Item>
          ))}
        </Group>
      )}
      <Group heading={t("actions")}>
        {actions
          .filter(({ permission }) => permission === undefined || may(permission))
          .map(({ name, icon, act, words }) => (
            <Item key={name} value={t(`action.${name}`)} words={[words]} icon={icon} onSelect={() => run(act)}>
              {t(`action.${name}`)}
            </Item>
          ))}
        {typed !== "" &&
          locales.map((locale) => (
            <Item
              key={locale}
              value={t("action.language", { language: endonyms[locale] })}
              words={[`language yuyan gengo eoneo ${locale}`]}
              icon={Languages}
              onSelect={() => run({ locale })}
            >
              <span lang={locale}>{t("action.language", { language: endonyms[locale] })}</span>
            </Item>
          ))}
      </Group>
    </Panel>
  );
}
