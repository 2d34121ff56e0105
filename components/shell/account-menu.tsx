"use client";

import { CircleUserRound, LogOut, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement } from "react";
import { signOut } from "../sign-in";
import { IconButton } from "../ui/button";
import { Menu, MenuGroup, MenuItem, MenuLink, MenuSeparator } from "../ui/menu";

export function AccountMenu({
  username,
  side,
  trigger,
}: {
  username: string;
  side?: "top" | "bottom" | "right";
  trigger?: ReactElement;
}) {
  const t = useTranslations("nav");
  return (
    <Menu
      side={side}
      align="start"
      trigger={trigger ?? <IconButton icon={CircleUserRound} label={t("account")} tooltip={false} />}
    >
      <MenuGroup label={t("signedInAs", { name: username })}>
        <MenuLink icon={ShieldCheck} href="/settings/security">
          {t("security")}
        </MenuLink>
      </MenuGroup>
      <MenuSeparator />
      <MenuItem icon={LogOut} onClick={() => void signOut()}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}
