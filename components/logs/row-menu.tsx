"use client";

import { Copy, Filter, FilterX, Link as LinkIcon, PanelRight, SquareArrowOutUpRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import type { CallView } from "@/lib/schemas/logs";
import { useCopy } from "../ui/copy-button";
import { MenuItem, MenuLink, MenuPopup, MenuSeparator } from "../ui/menu";

/** What can be done with one row, beside the button that was pressed. */
export function RowMenu({
  call,
  anchor,
  onOpen,
  onNarrow,
  onClose,
}: {
  call: CallView;
  anchor: HTMLElement;
  onOpen: (id: string) => void;
  onNarrow: (parameter: string, value: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations("logs.menu");
  const { copy } = useCopy();
  const id = useId();
  const group = call.group?.name;
  return (
    <MenuPopup
      popup={{ id, anchor, open: true, byKey: false, onOpenChange: (open) => !open && onClose(), onGone: onClose }}
    >
      <MenuItem icon={PanelRight} onClick={() => onOpen(call.id)}>
        {t("open")}
      </MenuItem>
      <MenuLink icon={SquareArrowOutUpRight} href={`/logs/${call.id}`}>
        {t("openPage")}
      </MenuLink>
      <MenuSeparator />
      <MenuItem icon={Copy} onClick={() => void copy(call.requestId)}>
        {t("copyId")}
      </MenuItem>
      <MenuItem icon={LinkIcon} onClick={() => void copy(`${window.location.origin}/logs/${call.id}`)}>
        {t("copyLink")}
      </MenuItem>
      <MenuSeparator />
      {call.sessionId && (
        <MenuItem icon={Filter} onClick={() => onNarrow("session", call.sessionId ?? "")}>
          {t("session")}
        </MenuItem>
      )}
      {group && (
        <MenuItem icon={Filter} onClick={() => onNarrow("group", group)}>
          {t("onlyGroup", { name: group })}
        </MenuItem>
      )}
      {call.key && (
        <>
          <MenuItem icon={Filter} onClick={() => onNarrow("key", call.key?.id ?? "")}>
            {t("onlyKey", { name: call.key.name })}
          </MenuItem>
          <MenuItem icon={FilterX} onClick={() => onNarrow("-key", call.key?.id ?? "")}>
            {t("notKey", { name: call.key.name })}
          </MenuItem>
        </>
      )}
    </MenuPopup>
  );
}
