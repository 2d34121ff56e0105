"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { IconButton } from "./button";
import { cn } from "./cn";
import type { DialogProps } from "./dialog";

export const backdropClass =
  "fixed inset-0 z-40 bg-overlay transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";

const sizes = { small: "sm:max-w-md", medium: "sm:max-w-xl", large: "sm:max-w-3xl" };

const field = ":is(input:not([type=hidden], [aria-hidden=true]), textarea, [role=combobox]):not(:disabled)";

/** Where the focus starts: at the first field below `body`, except after a touch, where it would bring up the keyboard. */
export function firstField(body: HTMLElement | null, how: string): HTMLElement | boolean {
  return how === "touch" || (body?.querySelector<HTMLElement>(field) ?? true);
}

/** The heavy half of a dialog. Focus is trapped and given back by the primitive. */
export function DialogPanel({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  dismissible = true,
  size = "small",
}: DialogProps) {
  const t = useTranslations("common");
  const body = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={!dismissible}
      onOpenChange={(next, details) => {
        if (!next && !dismissible && details.reason === "escape-key") details.cancel();
        else onOpenChange(next);
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Viewport className="fixed inset-0 z-40 flex items-end justify-center sm:items-center sm:p-6">
          <Base.Popup
            initialFocus={(how) => firstField(body.current, how)}
            className={cn(
              "flex max-h-[92dvh] w-full flex-col rounded-t-sheet border bg-popover shadow-sheet outline-none transition-[opacity,transform] data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:rounded-sheet",
              sizes[size],
            )}
          >
            <div className="flex items-start gap-3 px-5 pt-4 pb-2">
              <div className="min-w-0 flex-1">
                <Base.Title className="font-semibold text-heading">{title}</Base.Title>
                {description && (
                  <Base.Description className="mt-1 text-body text-muted-foreground">{description}</Base.Description>
                )}
              </div>
              {dismissible && <Base.Close render={<IconButton icon={X} label={t("close")} tooltip={false} />} />}
            </div>
            {children && (
              <div ref={body} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-2 last:pb-5">
                {children}
              </div>
            )}
            {footer && <div className="flex flex-wrap justify-end gap-2 px-5 pt-3 pb-5">{footer}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
