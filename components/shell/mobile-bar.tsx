"use client";

import { Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SetupProgress } from "@/lib/schemas/setup-progress";
import type { Theme } from "@/lib/theme";
import { SetupLine } from "../setup/setup-line";
import { Sheet } from "../ui/sheet";
import { AccountMenu } from "./account-menu";
import { HelpMenu } from "./help-menu";
import { isCurrent, mobileItems } from "./navigation";
import { NavigationBadge } from "./navigation-badge";
import { LanguageMenu, ThemeMenu } from "./preference-menus";
import { SearchButton } from "./search-button";
import { useNavigation } from "./use-navigation";

const cell =
  "flex min-h-14 flex-col items-center justify-center gap-0.5 px-1 text-caption text-muted-foreground aria-[current=page]:text-primary";

/** Phones: three pages and "More" at the thumb. */
export function MobileBar({ theme, username, setup }: { theme: Theme; username: string; setup: SetupProgress | null }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const groups = useNavigation();
  const items = groups.flatMap((group) => group.items);
  const shown = mobileItems(groups);
  return (
    <>
      <nav
        aria-label={t("label")}
        className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-4 border-t bg-card pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {shown.map(({ href, label, icon: Icon }) => (
          <Link
            key={href}
            href={href}
            prefetch={false}
            aria-current={isCurrent(href, pathname) ? "page" : undefined}
            className={cell}
          >
            <span className="relative flex">
              <Icon aria-hidden className="size-5" strokeWidth={1.75} />
              <NavigationBadge label={label} current={isCurrent(href, pathname)} compact />
            </span>
            <span className="max-w-full truncate">{t(label)}</span>
          </Link>
        ))}
        <button
          type="button"
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={() => setOpen(true)}
          className={cell}
        >
          <MenuIcon aria-hidden className="size-5" strokeWidth={1.75} />
          {t("more")}
        </button>
      </nav>
      <Sheet open={open} onOpenChange={setOpen} title={t("label")}>
        <SearchButton onOpen={() => setOpen(false)} />
        <ul className="mt-3 flex flex-col">
          {items.map(({ href, label, icon: Icon }) => (
            <li key={href}>
              <Link
                href={href}
                prefetch={false}
                onClick={() => setOpen(false)}
                aria-current={isCurrent(href, pathname) ? "page" : undefined}
                className="flex min-h-11 items-center gap-3 rounded-control px-2 text-body aria-[current=page]:bg-accent aria-[current=page]:text-accent-foreground"
              >
                <Icon aria-hidden className="size-5 text-muted-foreground" strokeWidth={1.75} />
                {t(label)}
              </Link>
            </li>
          ))}
        </ul>
        {setup && <SetupLine initial={setup} onFollow={() => setOpen(false)} />}
        <div className="mt-4 flex items-center gap-2 border-t pt-4">
          <AccountMenu username={username} side="top" />
          <ThemeMenu theme={theme} side="top" />
          <LanguageMenu remember side="top" />
          <HelpMenu side="top" />
        </div>
      </Sheet>
    </>
  );
}
