"use client";

import { Ban, Check, type LucideIcon, RotateCw, SquareDashed, Unplug, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Outcome } from "@/lib/gateway/types";
import { cn } from "../ui/cn";

const looks: Record<Outcome, { icon: LucideIcon; className: string }> = {
  ok: { icon: Check, className: "bg-success-surface text-success" },
  rescued: { icon: RotateCw, className: "bg-info-surface text-info" },
  failed: { icon: X, className: "bg-danger-surface text-danger" },
  refused: { icon: Ban, className: "bg-muted text-muted-foreground" },
  client_left: { icon: SquareDashed, className: "bg-muted text-muted-foreground" },
  interrupted: { icon: Unplug, className: "bg-danger-surface text-danger" },
};

/** How a call ended, as glyph and word. */
export function OutcomeBadge({ outcome, className }: { outcome: Outcome; className?: string }) {
  const t = useTranslations("calls");
  const { icon: Icon, className: look } = looks[outcome];
  return (
    <span
      title={t(`outcomeHint.${outcome}`)}
      className={cn(
        "inline-flex h-5 shrink-0 items-center gap-1 whitespace-nowrap rounded-full px-2 align-middle text-caption",
        look,
        className,
      )}
    >
      <Icon aria-hidden className="size-3 shrink-0" strokeWidth={2.5} />
      {t(`outcome.${outcome}`)}
    </span>
  );
}
