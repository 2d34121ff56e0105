"use client";

import { FileQuestion, Lock } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { CallDetailView } from "@/lib/schemas/logs";
import { EmptyState } from "../ui/empty-state";

/** Why there is no prompt and no answer to read, and where storing them is switched on. */
export function BodiesMissing({ call, mayReadBodies }: { call: CallDetailView; mayReadBodies: boolean }) {
  const t = useTranslations("calls.detail");
  if (!mayReadBodies) return <EmptyState icon={Lock} title={t("bodiesForbidden")} />;
  const link = (href: string) => (words: ReactNode) => (
    <Link href={href} className="whitespace-nowrap text-primary hover:underline">
      {words}
    </Link>
  );
  return (
    <EmptyState icon={FileQuestion} title={t("bodiesNotStored")}>
      {t.rich("bodiesNotStoredBody", {
        key: link(call.key ? `/keys/${call.key.id}` : "/keys"),
        group: link(call.group && !call.group.id.startsWith("raw:") ? `/groups/${call.group.id}` : "/groups"),
        settings: link("/settings/retention"),
      })}
    </EmptyState>
  );
}
