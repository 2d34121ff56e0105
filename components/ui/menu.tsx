"use client";

import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement } from "react";
import { IconButton } from "./button";
import {
  type MenuGroupProps,
  type MenuItemProps,
  type MenuLinkProps,
  type MenuRadioGroupProps,
  useMenuParts,
} from "./menu-parts";
import type { MenuPopupProps } from "./menu-popup";
import { onDemand } from "./on-demand";
import { asTrigger, usePopupTrigger } from "./popup-trigger";

/** An open menu; for menus whose trigger is somebody else's. */
export const MenuPopup = onDemand<MenuPopupProps>(() => import("./menu-popup").then((module) => module.MenuPopup));

export type MenuProps = Omit<MenuPopupProps, "popup"> & {
  /** The element that opens it, for instance a Button. Without one: a "more actions" button. */
  trigger?: ReactElement;
  /** Name for the default trigger, for instance "Actions for openai". */
  label?: string;
};

export function Menu({ trigger: element, label, ...props }: MenuProps) {
  const t = useTranslations("common");
  const { trigger, popup } = usePopupTrigger("menu");
  const drawn = element ?? <IconButton icon={Ellipsis} label={label ?? t("moreActions")} tooltip={false} />;
  return (
    <>
      {asTrigger(drawn, trigger)}
      {popup && <MenuPopup {...props} popup={popup} />}
    </>
  );
}

export function MenuItem(props: MenuItemProps) {
  const { Item } = useMenuParts();
  return <Item {...props} />;
}

export function MenuLink(props: MenuLinkProps) {
  const { LinkItem } = useMenuParts();
  return <LinkItem {...props} />;
}

export function MenuRadioGroup<Value extends string>({
  onValueChange,
  ...props
}: Omit<MenuRadioGroupProps, "value" | "onValueChange" | "options"> & {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly (MenuRadioGroupProps["options"][number] & { value: Value })[];
}) {
  const { RadioGroup } = useMenuParts();
  return <RadioGroup {...props} onValueChange={(value) => onValueChange(value as Value)} />;
}

export function MenuGroup(props: MenuGroupProps) {
  const { Group } = useMenuParts();
  return <Group {...props} />;
}

export function MenuSeparator() {
  const { Separator } = useMenuParts();
  return <Separator />;
}
