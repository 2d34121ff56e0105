"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { IconButton } from "./button";
import { cn } from "./cn";
import { backdropClass, firstField } from "./dialog-panel";
import type { SheetProps } from "./sheet";
import { SheetWidth } from "./sheet-width";

const sizes = { form: "md:w-[560px]", detail: "md:w-[var(--sheet-width,min(880px,92vw))]" };

/** The heavy half of a sheet. */
export function SheetPanel({
  open,
  onOpenChange,
  title,
  description,
  actions,
  children,
  footer,
  size = "form",
  side = "right",
  resizable,
}: SheetProps) {
  const popup = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const t = useTranslations("common");
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          ref={popup}
          // What is only read has nothing to begin with: neither the edge nor the first button is what was asked for.
          initialFocus={size === "detail" ? popup : (how) => firstField(body.current, how)}
          className={cn(
            "fixed inset-x-0 bottom-0 z-40 flex max-h-[92dvh] flex-col rounded-t-sheet border-t bg-popover shadow-sheet outline-none transition-[opacity,transform] duration-180 data-ending-style:translate-y-4 data-starting-style:translate-y-4 data-ending-style:opacity-0 data-starting-style:opacity-0 md:inset-y-0 md:max-h-none md:rounded-none md:border-t-0 md:data-ending-style:translate-y-0 md:data-starting-style:translate-y-0",
            side === "right"
              ? "md:right-0 md:left-auto md:border-l md:data-ending-style:translate-x-4 md:data-starting-style:translate-x-4"
              : "md:right-auto md:left-0 md:border-r md:data-ending-style:-translate-x-4 md:data-starting-style:-translate-x-4",
            sizes[size],
          )}
        >
          {resizable && <SheetWidth name={resizable} popup={popup} />}
          <div className={cn("flex gap-3 border-b px-5 py-3.5", description ? "items-start" : "items-center")}>
            <div className="min-w-0 flex-1">
              <Base.Title className="font-semibold text-heading">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-0.5 text-muted-foreground text-small">{description}</Base.Description>
              )}
            </div>
            {actions}
            <Base.Close render={<IconButton icon={X} label={t("close")} tooltip={false} />} />
          </div>
          <div ref={body} className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-5">
            {children}
          </div>
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
