"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SetupProgress } from "@/lib/schemas/setup-progress";
import { sidebarCookie, type Theme } from "@/lib/theme";
import { setPreferenceCookie } from "../preferences";
import { SetupLine } from "../setup/setup-line";
import { useShortcut } from "../shortcuts/use-shortcut";
import { IconButton } from "../ui/button";
import { cn } from "../ui/cn";
import { Tooltip } from "../ui/tooltip";
import { AccountMenu } from "./account-menu";
import { HelpMenu } from "./help-menu";
import { Logo } from "./logo";
import { isCurrent, type NavigationItem } from "./navigation";
import { NavigationBadge } from "./navigation-badge";
import { LanguageMenu, ThemeMenu } from "./preference-menus";
import { SearchButton } from "./search-button";
import { useNavigation } from "./use-navigation";

/** Wide screens only. The collapsed state is a cookie, so the first paint already has the right width. */
export function Sidebar({
  collapsed: initiallyCollapsed,
  theme,
  username,
  instanceName,
  setup,
}: {
  collapsed: boolean;
  theme: Theme;
  username: string;
  instanceName: string;
  setup: SetupProgress | null;
}) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const groups = useNavigation();
  const [collapsed, setCollapsed] = useState(initiallyCollapsed);
  const toggle = () => {
    setCollapsed(!collapsed);
    setPreferenceCookie(sidebarCookie, collapsed ? "open" : "collapsed");
  };
  useShortcut("shell.sidebar", toggle);
  return (
    <aside
      className={cn(
        "sticky top-0 hidden h-dvh shrink-0 flex-col border-r bg-card md:flex",
        collapsed ? "w-14" : "w-60",
      )}
    >
      <div className={cn("flex h-14 shrink-0 items-center gap-2.5", collapsed ? "justify-center" : "px-4")}>
        <Link href="/" className="flex min-w-0 items-center gap-2.5 rounded-control" aria-label={instanceName}>
          <Logo />
          {!collapsed && <span className="truncate font-semibold text-heading">{instanceName}</span>}
        </Link>
      </div>
      <div className={cn("shrink-0 pb-2", collapsed ? "flex justify-center" : "px-3")}>
        <SearchButton compact={collapsed} />
      </div>
      <nav aria-label={t("label")} className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-2 py-1">
        {groups.map((group) => (
          <div key={group.label} className="flex flex-col gap-0.5">
            {collapsed ? (
              <hr className="mx-2 my-1 border-t first:hidden" />
            ) : (
              <h2 className="px-2 pb-0.5 text-caption text-muted-foreground">{t(group.label)}</h2>
            )}
            {group.items.map((item) => (
              <SidebarLink key={item.href} item={item} collapsed={collapsed} current={isCurrent(item.href, pathname)} />
            ))}
          </div>
        ))}
      </nav>
      {setup && <SetupLine initial={setup} compact={collapsed} />}
      <div className={cn("flex shrink-0 items-center gap-1 border-t p-2", collapsed && "flex-col")}>
        <AccountMenu username={username} side={collapsed ? "right" : "top"} />
        <ThemeMenu theme={theme} side={collapsed ? "right" : "top"} />
        <LanguageMenu remember side={collapsed ? "right" : "top"} />
        <HelpMenu side={collapsed ? "right" : "top"} />
        <IconButton
          icon={collapsed ? PanelLeftOpen : PanelLeftClose}
          label={collapsed ? t("expand") : t("collapse")}
          aria-expanded={!collapsed}
          onClick={toggle}
          className={cn(!collapsed && "ms-auto")}
        />
      </div>
    </aside>
  );
}

function SidebarLink({ item, collapsed, current }: { item: NavigationItem; collapsed: boolean; current: boolean }) {
  const t = useTranslations("nav");
  const Icon = item.icon;
  const link = (
    // Every page here is rendered for its request; fetching seven of them ahead would only cost.
    <Link
      href={item.href}
      prefetch={false}
      aria-current={current ? "page" : undefined}
      aria-label={collapsed ? t(item.label) : undefined}
      className={cn(
        "flex min-h-9 items-center gap-2.5 rounded-control px-2 text-body text-muted-foreground transition-colors hover:bg-muted hover:text-foreground aria-[current=page]:bg-accent aria-[current=page]:font-medium aria-[current=page]:text-accent-foreground touch:min-h-11",
        collapsed && "justify-center",
      )}
    >
      <span className="relative flex shrink-0">
        <Icon aria-hidden className="size-5" strokeWidth={1.75} />
        {collapsed && <NavigationBadge label={item.label} current={current} compact />}
      </span>
      {!collapsed && <span className="min-w-0 truncate">{t(item.label)}</span>}
      {!collapsed && <NavigationBadge label={item.label} current={current} />}
    </Link>
  );
  return collapsed ? (
    <Tooltip content={t(item.label)} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
