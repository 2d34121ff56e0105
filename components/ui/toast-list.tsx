"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { CircleCheck, CircleX, Info, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { IconButton } from "./button";
import { cn } from "./cn";
import type { ToastOptions } from "./toast";

type Tone = NonNullable<ToastOptions["tone"]>;
const icons = { success: CircleCheck, danger: CircleX, info: Info };
const tones: Record<Tone, string> = { success: "text-success", danger: "text-danger", info: "text-info" };

export type ToastListProps = {
  /** What is to be told and was not yet. */
  waiting: readonly ToastOptions[];
  onTaken: (taken: readonly ToastOptions[]) => void;
};

/** The heavy half of toasts: the region they are told in, and how long each stays. */
export function ToastList({ waiting, onTaken }: ToastListProps) {
  const t = useTranslations("common");
  return (
    <Base.Provider limit={3}>
      <Arrivals waiting={waiting} onTaken={onTaken} />
      <Base.Portal>
        <Base.Viewport
          aria-label={t("notifications")}
          className="fixed inset-x-4 bottom-20 z-50 flex flex-col gap-2 md:inset-x-auto md:right-6 md:bottom-6 md:w-90"
        >
          <Shown />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Arrivals({ waiting, onTaken }: ToastListProps) {
  const manager = Base.useToastManager();
  const t = useTranslations("common");
  useEffect(() => {
    if (waiting.length === 0) return;
    for (const { title, description, tone = "success", onUndo } of waiting) {
      const id = manager.add({
        title,
        description,
        type: tone,
        priority: tone === "danger" ? "high" : "low",
        timeout: tone === "danger" ? 0 : onUndo ? 10_000 : 5_000,
        actionProps: onUndo && {
          children: t("undo"),
          onClick: () => {
            manager.close(id);
            onUndo();
          },
        },
      });
    }
    onTaken(waiting);
  }, [waiting, onTaken, manager, t]);
  return null;
}

function Shown() {
  const { toasts } = Base.useToastManager();
  const t = useTranslations("common");
  return toasts.map((toast) => {
    const tone: Tone = toast.type === "danger" || toast.type === "info" ? toast.type : "success";
    const Icon = icons[tone];
    return (
      <Base.Root
        key={toast.id}
        toast={toast}
        className="rounded-card border bg-popover shadow-sheet transition-[opacity,transform] data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-limited:hidden data-ending-style:opacity-0 data-starting-style:opacity-0"
      >
        <Base.Content className="flex items-start gap-3 py-3 ps-4 pe-2">
          <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tones[tone])} strokeWidth={1.75} />
          <div className="flex min-w-0 flex-1 flex-col gap-0.5">
            <Base.Title className="font-medium text-body" />
            <Base.Description className="break-words text-muted-foreground text-small" />
          </div>
          <Base.Action className="h-8 shrink-0 rounded-control px-2 font-medium text-primary text-small hover:bg-muted touch:h-11" />
          <Base.Close render={<IconButton icon={X} label={t("dismiss")} tooltip={false} className="-my-1" />} />
        </Base.Content>
      </Base.Root>
    );
  });
}
