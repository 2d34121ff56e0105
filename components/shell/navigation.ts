import {
  Activity,
  Boxes,
  ChartArea,
  FlaskConical,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListTree,
  type LucideIcon,
  Plug,
  Rocket,
  ScrollText,
  Settings,
  ShieldAlert,
  Users,
} from "lucide-react";
import type { Permission } from "@/lib/schemas/roles";

export type NavigationItem = {
  /** Key in the `nav` messages, and the page's shortcut: `go.${label}` of components/shortcuts/registry.ts. */
  label:
    | "overview"
    | "logs"
    | "usage"
    | "status"
    | "groups"
    | "providers"
    | "models"
    | "failKeywords"
    | "keys"
    | "users"
    | "playground"
    | "quickstart"
    | "audit"
    | "settings";
  href: string;
  icon: LucideIcon;
  /** Without it the page would only say that it may not be shown. Default: `read`. */
  permission?: Permission;
};
export type NavigationGroup = {
  label: "monitor" | "route" | "access" | "build" | "system";
  items: readonly NavigationItem[];
};

/**
 * The pages that exist. A new console page adds one line here, and with it stands in the sidebar, in the bar of a
 * phone, in the palette (whose search words are in components/palette/page-words.ts) and behind its `g` shortcut.
 */
export const navigation: readonly NavigationGroup[] = [
  {
    label: "monitor",
    items: [
      { label: "overview", href: "/", icon: LayoutDashboard },
      { label: "logs", href: "/logs", icon: ListTree },
      { label: "usage", href: "/usage", icon: ChartArea },
      { label: "status", href: "/status", icon: Activity },
    ],
  },
  {
    label: "route",
    items: [
      { label: "groups", href: "/groups", icon: Layers },
      { label: "providers", href: "/providers", icon: Plug },
      { label: "models", href: "/models", icon: Boxes },
      { label: "failKeywords", href: "/fail-keywords", icon: ShieldAlert },
    ],
  },
  {
    label: "access",
    items: [
      { label: "keys", href: "/keys", icon: KeyRound },
      { label: "users", href: "/users", icon: Users, permission: "admin" },
    ],
  },
  {
    label: "build",
    items: [
      { label: "playground", href: "/playground", icon: FlaskConical, permission: "write" },
      { label: "quickstart", href: "/quickstart", icon: Rocket },
    ],
  },
  {
    label: "system",
    items: [
      { label: "audit", href: "/audit", icon: ScrollText, permission: "admin" },
      { label: "settings", href: "/settings", icon: Settings },
    ],
  },
];

/** What the bottom bar of a phone shows before "More": the first three that there are. */
const mobileOrder = ["/", "/logs", "/status", "/providers"];

export function mobileItems(groups: readonly NavigationGroup[]): NavigationItem[] {
  const items = groups.flatMap((group) => group.items);
  return mobileOrder.flatMap((href) => items.find((item) => item.href === href) ?? []).slice(0, 3);
}

export function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
