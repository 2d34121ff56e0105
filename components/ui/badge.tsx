import {
  Ban,
  Circle,
  CircleCheck,
  CircleX,
  Diamond,
  Hourglass,
  Info,
  type LucideIcon,
  Pause,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type Tone = "ready" | "degraded" | "failed" | "circuit" | "cooling" | "held" | "refused" | "info" | "neutral";

const looks: Record<Tone, { icon: LucideIcon; className: string }> = {
  ready: { icon: CircleCheck, className: "bg-success-surface text-success" },
  degraded: { icon: TriangleAlert, className: "bg-warning-surface text-warning" },
  failed: { icon: CircleX, className: "bg-danger-surface text-danger" },
  circuit: { icon: Diamond, className: "bg-circuit-surface text-circuit" },
  cooling: { icon: Hourglass, className: "bg-circuit-surface text-circuit" },
  held: { icon: Pause, className: "bg-muted text-muted-foreground" },
  refused: { icon: Ban, className: "bg-muted text-muted-foreground" },
  info: { icon: Info, className: "bg-info-surface text-info" },
  neutral: { icon: Circle, className: "bg-muted text-muted-foreground" },
};

/** A state as glyph and word; colour is never the only sign. */
export function Badge({
  tone,
  icon,
  children,
  className,
}: {
  tone: Tone;
  icon?: LucideIcon | false;
  children: ReactNode;
  className?: string;
}) {
  const look = looks[tone];
  const Icon = icon ?? look.icon;
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-full shrink-0 items-center gap-1 whitespace-nowrap rounded-full px-2 align-middle text-caption",
        look.className,
        className,
      )}
    >
      {Icon && <Icon aria-hidden className="size-3 shrink-0" strokeWidth={2.25} />}
      <span className="truncate">{children}</span>
    </span>
  );
}
