"use client";

import type { ReactNode } from "react";
import { onceOpen } from "./on-demand";

export type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** Controls beside the title, before the close button. */
  actions?: ReactNode;
  children: ReactNode;
  /** Stays in view under the scrolling content; the last button is the main one. */
  footer?: ReactNode;
  size?: "form" | "detail";
  /** Which edge it comes from on wide screens. On phones it always comes from the bottom. */
  side?: "right" | "left";
  /** Lets a sheet at the right be made wider; its width is remembered under this name. */
  resizable?: string;
};

/** A panel at the edge for a form or a detail; the page behind keeps its place. */
export const Sheet = onceOpen<SheetProps>(() => import("./sheet-panel").then((module) => module.SheetPanel));
