"use client";

import { useTranslations } from "next-intl";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";
import { api, useApiMutation } from "../api-client";
import { ConfirmDialog } from "../ui/dialog";
import { keywordsKey, keywordsPath } from "./api";

export function DeleteKeyword({ keyword, onDone }: { keyword: FailKeywordView | null; onDone: () => void }) {
  const t = useTranslations("failKeywords");
  const common = useTranslations("common");
  const remove = useApiMutation({
    mutationFn: ({ id }: FailKeywordView) => api.delete(`${keywordsPath}/${id}`),
    invalidate: [keywordsKey],
    onSuccess: onDone,
    success: (_answer, { keyword: name }) => common("deleted", { name }),
  });
  return (
    <ConfirmDialog
      open={keyword !== null}
      onOpenChange={(open) => {
        if (!open) onDone();
      }}
      title={t("deleteTitle", { keyword: keyword?.keyword ?? "" })}
      description={t("deleteBody", { hits: keyword?.hits ?? 0 })}
      confirmLabel={t("deleteConfirm")}
      pending={remove.isPending}
      onConfirm={() => {
        if (keyword) remove.mutate(keyword);
      }}
    />
  );
}
