"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "./button";
import { cn } from "./cn";
import { Field } from "./field";
import { Input } from "./input";

export const backdropClass =
  "fixed inset-0 z-40 bg-overlay transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, in reading order; the last one is the main one. */
  footer?: ReactNode;
  /** When false, only a button ends it: a click beside it and Escape do nothing. */
  dismissible?: boolean;
  size?: "small" | "medium" | "large";
};

const sizes = { small: "sm:max-w-md", medium: "sm:max-w-xl", large: "sm:max-w-3xl" };

/** A centred dialog; on phones it sits at the bottom edge. Focus is trapped and given back by the primitive. */
export function Dialog({
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
            {children && <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-2">{children}</div>}
            {footer && <div className="flex flex-wrap justify-end gap-2 px-5 pt-3 pb-5">{footer}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and what it touches. */
  description: ReactNode;
  confirmLabel: string;
  onConfirm: () => void | Promise<unknown>;
  pending?: boolean;
  /** Set it to make the reader type this name first: for deletes of things that carry traffic. */
  requireName?: string;
  tone?: "danger" | "primary";
  children?: ReactNode;
};

/** Asks before an act that cannot be taken back. Cancel has the focus. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  onConfirm,
  pending = false,
  requireName,
  tone = "danger",
  children,
}: ConfirmDialogProps) {
  const t = useTranslations("common");
  const [typed, setTyped] = useState("");
  const [wasOpen, setWasOpen] = useState(open);
  // A name typed for an earlier question must not answer this one.
  if (open !== wasOpen) {
    setWasOpen(open);
    setTyped("");
  }
  const blocked = requireName !== undefined && typed.trim() !== requireName;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button variant={tone} pending={pending} disabled={blocked} onClick={() => void onConfirm()}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {(children || requireName !== undefined) && (
        <div className="flex flex-col gap-4">
          {children}
          {requireName !== undefined && (
            <Field label={t("typeToConfirm", { name: requireName })}>
              <Input value={typed} onValueChange={setTyped} autoComplete="off" spellCheck={false} />
            </Field>
          )}
        </div>
      )}
    </Dialog>
  );
}
