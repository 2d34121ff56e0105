import { Check, Clock, type LucideIcon, ShieldAlert, SquareDashed, Unplug, X } from "lucide-react";
import { cn } from "../ui/cn";
import type { Ending } from "./waterfall-layout";

const looks: Record<Ending, { icon: LucideIcon; className: string }> = {
  answered: { icon: Check, className: "text-state-ready" },
  failed: { icon: X, className: "text-danger" },
  keyword: { icon: ShieldAlert, className: "text-danger" },
  timeout: { icon: Clock, className: "text-danger" },
  client_left: { icon: SquareDashed, className: "text-muted-foreground" },
  interrupted: { icon: Unplug, className: "text-danger" },
};

/** How an attempt ended, as a glyph. Decorative: the words stand beside it or in the label around it. */
export function EndingGlyph({ ending, className }: { ending: Ending; className?: string }) {
  const { icon: Icon, className: colour } = looks[ending];
  return <Icon aria-hidden className={cn("size-3.5 shrink-0", colour, className)} strokeWidth={2.5} />;
}
