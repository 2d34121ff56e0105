"use client";

import type { LucideIcon } from "lucide-react";
import { type ComponentType, createContext, type ReactNode, useContext } from "react";

export type MenuItemProps = {
  icon?: LucideIcon;
  tone?: "default" | "danger";
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
};

export type MenuLinkProps = {
  icon?: LucideIcon;
  href: string;
  /** For what is no page of the console. */
  newTab?: boolean;
  children: ReactNode;
};

export type MenuRadioGroupProps = {
  label?: ReactNode;
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: ReactNode; icon?: LucideIcon; lang?: string }[];
};

export type MenuGroupProps = { label: ReactNode; children: ReactNode };

type MenuParts = {
  Item: ComponentType<MenuItemProps>;
  LinkItem: ComponentType<MenuLinkProps>;
  RadioGroup: ComponentType<MenuRadioGroupProps>;
  Group: ComponentType<MenuGroupProps>;
  Separator: ComponentType;
};

/** How an open menu draws its entries: it is loaded when a menu opens, and pages name entries without loading it. */
export const MenuPartsContext = createContext<MenuParts | null>(null);

export function useMenuParts(): MenuParts {
  const parts = useContext(MenuPartsContext);
  if (!parts) throw new Error("an entry of a menu stands outside of one");
  return parts;
}
