"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";

export const importSteps = ["connect", "choose", "names", "review"] as const;
export type ImportStep = (typeof importSteps)[number];

/** The four steps; those up to `reach` can be gone to. */
export function Steps({ at, reach, onGo }: { at: ImportStep; reach: ImportStep; onGo: (step: ImportStep) => void }) {
  const t = useTranslations("modelImport");
  return (
    <ol className="flex flex-wrap gap-x-6 gap-y-1" aria-label={t("steps.label")}>
      {importSteps.map((step, index) => (
        <li key={step}>
          <button
            type="button"
            aria-current={step === at ? "step" : undefined}
            disabled={index > importSteps.indexOf(reach)}
            onClick={() => onGo(step)}
            className={cn(
              "flex min-h-8 items-center gap-2 rounded-xs text-muted-foreground touch:min-h-11",
              step === at ? "font-medium text-foreground" : "not-disabled:hover:underline",
            )}
          >
            <span
              aria-hidden
              className={cn(
                "flex size-5 items-center justify-center rounded-full border text-caption tabular-nums",
                step === at && "border-primary bg-primary text-primary-foreground",
              )}
            >
              {index + 1}
            </span>
            {t(`steps.${step}`)}
          </button>
        </li>
      ))}
    </ol>
  );
}
