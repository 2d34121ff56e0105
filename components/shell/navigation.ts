import {
  ChartArea,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListTree,
  type LucideIcon,
  Plug,
  Settings,
  ShieldAlert,
} from "lucide-react";

export type NavigationItem = {
  /** Key in the `nav` messages. */
  label: "overview" | "logs" | "usage" | "groups" | "providers" | "failKeywords" | "keys" | "settings";
  href: string;
  icon: LucideIcon;
};
export type NavigationGroup = { label: "monitor" | "route" | "access" | "system"; items: readonly NavigationItem[] };

/** The pages that exist. A new console page adds one line here. */
export const navigation: readonly NavigationGroup[] = [
  {
    label: "monitor",
    items: [
      { label: "overview", href: "/", icon: LayoutDashboard },
      { label: "logs", href: "/logs", icon: ListTree },
      { label: "usage", href: "/usage", icon: ChartArea },
    ],
  },
  {
    label: "route",
    items: [
      { label: "groups", href: "/groups", icon: Layers },
      { label: "providers", href: "/providers", icon: Plug },
      { label: "failKeywords", href: "/fail-keywords", icon: ShieldAlert },
    ],
  },
  { label: "access", items: [{ label: "keys", href: "/keys", icon: KeyRound }] },
  { label: "system", items: [{ label: "settings", href: "/settings", icon: Settings }] },
];

/** What the bottom bar of a phone shows before "More". */
export const mobileItems = ["/", "/logs", "/providers"] as const;

export function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
