"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Copy, Filter, FilterX, Link as LinkIcon, PanelRight, SquareArrowOutUpRight } from "lucide-react";
import { useTranslations } from "next-intl";
import type { CallView } from "@/lib/schemas/logs";
import { useCopy } from "../ui/copy-button";
import { MenuItem, MenuLink, MenuSeparator } from "../ui/menu";

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
  const group = call.group?.name;
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} side="bottom" align="end" sideOffset={4} className="z-50 outline-none">
          <Base.Popup
            finalFocus={() => anchor}
            className="max-h-(--available-height) min-w-44 overflow-y-auto rounded-card border bg-popover p-1 shadow-popover outline-none"
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
                {t("only", { name: group })}
              </MenuItem>
            )}
            {call.key && (
              <>
                <MenuItem icon={Filter} onClick={() => onNarrow("key", call.key?.id ?? "")}>
                  {t("only", { name: call.key.name })}
                </MenuItem>
                <MenuItem icon={FilterX} onClick={() => onNarrow("-key", call.key?.id ?? "")}>
                  {t("not", { name: call.key.name })}
                </MenuItem>
              </>
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
