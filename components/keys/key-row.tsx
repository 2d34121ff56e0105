"use client";

import { Link2, Pencil, Power, RefreshCw, Route, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Sparkline } from "@/components/calls/sparkline";
import { useDates } from "@/components/format";
import { FromFileBadge, isFromFile } from "@/components/from-file";
import { Checkbox } from "@/components/ui/checkbox";
import { useCopy } from "@/components/ui/copy-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Td, Tr } from "@/components/ui/table";
import { useToast } from "@/components/ui/toast";
import { useOrigin } from "@/components/use-origin";
import type { KeyView } from "@/lib/schemas/keys";
import { BudgetBars } from "./budget-bars";
import { KeyGroups, KeyStatusBadge, RateLimits } from "./key-facts";
import { callsLately } from "./list-order";

/** One key in the list. */
export function KeyRow({
  subject: key,
  portalOpen,
  mayChange,
  chosen,
  onChoose,
  onTest,
  onEdit,
  onRotate,
  onToggle,
  onDelete,
}: {
  subject: KeyView;
  portalOpen: boolean;
  mayChange: boolean;
  chosen: boolean;
  onChoose: (on: boolean) => void;
  onTest: () => void;
  onEdit: () => void;
  onRotate: () => void;
  onToggle: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const format = useDates();
  const locked = isFromFile(key);
  const copyPortal = useCopyPortalAddress();
  return (
    <Tr muted={!key.enabled} aria-selected={chosen} data-key-row={key.id}>
      {mayChange && (
        <Td className="max-md:absolute max-md:top-2 max-md:right-3 md:w-8 md:pe-0">
          <Checkbox
            aria-label={t("bulk.choose", { name: key.name })}
            checked={chosen}
            disabled={locked}
            onCheckedChange={onChoose}
          />
        </Td>
      )}
      <Td primary className="max-md:block max-md:pe-10 md:min-w-40">
        <Link
          href={`/keys/${key.id}`}
          prefetch={false}
          data-row-link
          className="w-fit break-words rounded-xs text-foreground hover:underline"
        >
          {key.name}
        </Link>{" "}
        <FromFileBadge subject={key} />
        <span className="block whitespace-nowrap font-mono font-normal text-muted-foreground text-small">
          {key.preview}
        </span>
        {key.oldSecrets.map(({ preview, validUntil }) => (
          <span key={preview} className="block font-normal text-muted-foreground text-small">
            {t("oldSecret", { preview, when: format.dateTime(new Date(validUntil), "log") })}
          </span>
        ))}
      </Td>
      <Td label={t("columns.status")}>
        <KeyStatusBadge subject={key} />
      </Td>
      <Td label={t("columns.groups")}>
        <KeyGroups subject={key} />
      </Td>
      <Td label={t("columns.limits")} className="md:max-2xl:hidden">
        <RateLimits subject={key} />
      </Td>
      <Td label={t("columns.budget")} className="max-md:py-1">
        <BudgetBars subject={key} />
      </Td>
      <Td label={t("columns.owner")} className="md:max-xl:hidden">
        {key.owner ? (
          <span className="break-words text-end md:text-start">{key.owner.name}</span>
        ) : (
          <span className="text-muted-foreground">{t("noOwner")}</span>
        )}
      </Td>
      <Td label={t("columns.calls24h")} className="md:max-lg:hidden">
        <Sparkline values={key.activity.callsByHour} label={t("calls24h", { count: callsLately(key) })} />
      </Td>
      <Td label={t("columns.used")}>
        <RelativeTime at={key.usage.lastUsedAt} fallback={t("neverUsed")} />
      </Td>
      <Td align="end" className="justify-end">
        <Menu label={t("actionsFor", { name: key.name })}>
          <MenuItem icon={Route} onClick={onTest}>
            {t("test.open")}
          </MenuItem>
          {mayChange && (
            <>
              <MenuItem icon={Pencil} disabled={locked} onClick={onEdit}>
                {tCommon("edit")}
              </MenuItem>
              <MenuItem icon={RefreshCw} disabled={locked} onClick={onRotate}>
                {t("rotate")}
              </MenuItem>
              <MenuItem icon={Power} disabled={locked} onClick={onToggle}>
                {tCommon(key.enabled ? "disable" : "enable")}
              </MenuItem>
            </>
          )}
          {portalOpen && (
            <MenuItem icon={Link2} onClick={copyPortal}>
              {t("copyPortal")}
            </MenuItem>
          )}
          {mayChange && (
            <>
              <MenuSeparator />
              <MenuItem icon={Trash2} tone="danger" disabled={locked} onClick={onDelete}>
                {tCommon("delete")}
              </MenuItem>
            </>
          )}
        </Menu>
      </Td>
    </Tr>
  );
}

/** Copies the address at which holders of keys sign in with them. The key itself is never part of it. */
function useCopyPortalAddress(): () => void {
  const t = useTranslations("keys");
  const origin = useOrigin();
  const toast = useToast();
  const { copy } = useCopy();
  const address = `${origin}/portal`;
  return () => void copy(address).then((done) => done && toast({ title: t("portalCopied", { address }) }));
}
