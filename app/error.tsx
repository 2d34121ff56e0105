"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition } from "react";
import { ErrorCard } from "@/components/ui/error-card";

/** A page that could not be rendered. The frame around it stays. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations("errors");
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <div className="mx-auto w-full max-w-form px-4 py-10 md:px-6">
      <ErrorCard title={t("pageTitle")} onRetry={retry} diagnosticId={error.digest}>
        {t("pageBody")}
      </ErrorCard>
    </div>
  );
}
