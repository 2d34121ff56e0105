"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, type ButtonProps, IconButton } from "./button";
import { useToast } from "./toast";

/** Copies text and says so for two seconds, also to screen readers. `copy` tells whether it could. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<boolean> } {
  const t = useTranslations("common");
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    copy: async (text) => {
      try {
        // Absent outside a secure context (plain HTTP on a LAN), where only a selection can be copied.
        if (navigator.clipboard) await navigator.clipboard.writeText(text);
        else if (!copyBySelection(text)) throw new Error("copy refused");
        setCopied(true);
        return true;
      } catch {
        toast({ title: t("copyFailed"), tone: "danger" });
        return false;
      }
    },
  };
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.position = "fixed";
  area.style.opacity = "0";
  // Inside the open dialog, or its focus trap takes the selection away.
  (document.activeElement?.closest("[role=dialog]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** An icon by default; with `children`, a button with words. `label` says what is copied. */
export function CopyButton({
  text,
  label,
  children,
  ...props
}: { text: string; label?: string } & Omit<ButtonProps, "onClick">) {
  const t = useTranslations("common");
  const { copied, copy } = useCopy();
  const icon = copied ? Check : Copy;
  const name = copied ? t("copied") : (label ?? t("copy"));
  return (
    <>
      {children ? (
        <Button {...props} icon={icon} onClick={() => void copy(text)}>
          {copied ? t("copied") : children}
        </Button>
      ) : (
        <IconButton {...props} icon={icon} label={name} onClick={() => void copy(text)} />
      )}
      <span aria-live="polite" className="sr-only">
        {copied ? t("copied") : ""}
      </span>
    </>
  );
}
