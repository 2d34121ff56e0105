"use client";

import { Circle, CircleCheck, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { CallView } from "@/lib/schemas/logs";
import type { SetupProgress } from "@/lib/schemas/setup-progress";
import { useFormat } from "../format";
import { useMay } from "../permissions";
import { setPreferenceCookie } from "../preferences";
import { Button, ButtonLink, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { setupCookie, setupHiddenValue } from "./setup-cookie";
import { useDemoActions } from "./use-demo";
import { useSetupProgress } from "./use-setup-progress";

/** What is left to set up; once nothing is, the way to be rid of the demo. `arrived`: a call from outside that just came. */
export function SetupCard({ initial, arrived }: { initial: SetupProgress; arrived: CallView | null }) {
  const t = useTranslations("overview.setup");
  const tDemo = useTranslations("demo");
  const router = useRouter();
  const may = useMay();
  const progress = useSetupProgress(initial);
  const hide = () => {
    setPreferenceCookie(setupCookie, setupHiddenValue);
    router.refresh();
  };
  const actions = useDemoActions({ onRemoved: progress.finished ? hide : undefined });
  const { done, total, finished, steps, demo } = progress;
  if (finished && !demo) return null;
  return (
    <Card
      id="setup"
      title={finished ? t("finished") : t("title", { done, total })}
      description={finished ? t("finishedBody") : t("body")}
      actions={<IconButton icon={X} label={t("dismiss")} onClick={hide} />}
      className="scroll-mt-4"
    >
      {finished ? (
        <div className="flex flex-wrap gap-2">
          {may("write") && (
            <Button pending={actions.pending} onClick={actions.askRemove}>
              {tDemo("remove")}
            </Button>
          )}
          <Button variant="ghost" onClick={hide}>
            {t("keep")}
          </Button>
        </div>
      ) : (
        <ol className="grid gap-x-6 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
          {steps.map(({ step, done: isDone, href }) => {
            const Icon = isDone ? CircleCheck : Circle;
            const iconTone = isDone ? "text-state-ready" : "text-muted-foreground";
            return (
              <li key={step} className="flex min-w-0 items-start gap-2.5 py-1.5">
                <Icon
                  aria-label={isDone ? t("done") : t("open")}
                  role="img"
                  className={`mt-0.5 size-4 shrink-0 ${iconTone}`}
                  strokeWidth={2}
                />
                <div className="min-w-0">
                  {isDone && step !== "demoCall" ? (
                    <span className="text-body text-muted-foreground">{t(`step.${step}`)}</span>
                  ) : (
                    <Link
                      href={href}
                      prefetch={false}
                      className="rounded-xs font-medium text-body text-primary hover:underline"
                    >
                      {t(`step.${step}`)}
                    </Link>
                  )}
                  {!isDone && <p className="text-muted-foreground text-small">{t(`hint.${step}`)}</p>}
                  {step === "demoCall" && arrived && <Arrived call={arrived} />}
                </div>
              </li>
            );
          })}
        </ol>
      )}
      {actions.dialog}
    </Card>
  );
}

/** The tick, how long the call took, and the way to it. */
export function Arrived({ call }: { call: CallView }) {
  const t = useTranslations("overview.first");
  const tOutcome = useTranslations("calls.outcome");
  const format = useFormat();
  return (
    <p role="status" className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2 text-small">
      <span>{t("arrived", { outcome: tOutcome(call.outcome), duration: format.duration(call.totalMs) })}</span>
      <ButtonLink href={`/logs?sel=${call.id}`} size="compact">
        {t("openRequest")}
      </ButtonLink>
    </p>
  );
}
