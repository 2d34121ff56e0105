"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { CircleCheck, CircleX, Info, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { IconButton } from "./button";
import { cn } from "./cn";

type Tone = "success" | "danger" | "info";
const icons = { success: CircleCheck, danger: CircleX, info: Info };
const tones: Record<Tone, string> = { success: "text-success", danger: "text-danger", info: "text-info" };

export type ToastOptions = {
  title: string;
  description?: string;
  tone?: Tone;
  /** Offers "Undo" for ten seconds. */
  onUndo?: () => void;
};

/** Tells what has happened. Errors stay until dismissed; the rest leave after 5 s, or 10 s when they can be undone. */
export function useToast(): (options: ToastOptions) => void {
  const manager = Base.useToastManager();
  const t = useTranslations("common");
  return ({ title, description, tone = "success", onUndo }) => {
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
  };
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  return (
    <Base.Provider limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport
          aria-label={t("notifications")}
          className="fixed inset-x-4 bottom-20 z-50 flex flex-col gap-2 md:inset-x-auto md:right-6 md:bottom-6 md:w-90"
        >
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
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
