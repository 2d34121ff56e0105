"use client";

import { Braces, CircleHelp, Info, Keyboard } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement } from "react";
import { IconButton } from "../ui/button";
import { Menu, MenuItem, MenuLink } from "../ui/menu";
import { showLayer } from "./layer";

/** Where to read on: the keys of this page, the description of the APIs, and what runs here. */
export function HelpMenu({ side, trigger }: { side?: "top" | "bottom" | "right"; trigger?: ReactElement }) {
  const t = useTranslations("nav");
  return (
    <Menu
      side={side}
      align="start"
      trigger={trigger ?? <IconButton icon={CircleHelp} label={t("help")} tooltip={false} />}
    >
      <MenuItem icon={Keyboard} onClick={() => showLayer("shortcuts")}>
        {t("shortcuts")}
      </MenuItem>
      <MenuLink icon={Braces} href="/api/openapi.json" newTab>
        {t("apiDescription")}
      </MenuLink>
      <MenuLink icon={Info} href="/settings/about">
        {t("about")}
      </MenuLink>
    </Menu>
  );
}
