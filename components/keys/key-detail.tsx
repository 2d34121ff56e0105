"use client";

import { useQuery } from "@tanstack/react-query";
import { ListTree, Pencil, Power, RefreshCw, Route, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState } from "nuqs";
import { api } from "@/components/api-client";
import { useDates, useFormat } from "@/components/format";
import { FromFileBadge, FromFileNote, isFromFile } from "@/components/from-file";
import { HistorySection } from "@/components/history/history-section";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { useShortcut } from "@/components/shortcuts/use-shortcut";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import type { KeyView } from "@/lib/schemas/keys";
import { BudgetBar } from "./budget-bars";
import { budgetsOf } from "./budgets";
import { useKeyActions } from "./key-actions";
import { KeyGroups, useKeyStatus } from "./key-facts";
import { KeySheet } from "./key-sheet";
import { KeyUsage } from "./key-usage";

/** What a key spends moves while one looks at it. */
const liveMs = 5_000;

export type KeyDetailProps = {
  key: KeyView;
  groupNames: readonly string[];
  owners: readonly { id: string; name: string }[];
  /** The instance's own, in which budgets begin anew. */
  timeZone: string;
};

/** One key: what it may do, what it has used of its budgets, and the way to its calls. */
export function KeyDetail({ initial }: { initial: KeyDetailProps }) {
  const t = useTranslations("keys");
  const tCommon = useTranslations("common");
  const tNav = useTranslations("nav");
  const router = useRouter();
  const [editing, setEditing] = useQueryState("edit", parseAsBoolean.withDefault(false));
  const query = useQuery({
    queryKey: ["keys", initial.key.id],
    queryFn: () => api.get<KeyView>(`/api/admin/keys/${initial.key.id}`),
    initialData: initial.key,
    refetchInterval: liveMs,
  });
  const actions = useKeyActions({ groupNames: initial.groupNames, onDeleted: () => router.replace("/keys") });
  const key = query.data;
  const status = useKeyStatus(key);
  const locked = isFromFile(key);
  const mayChange = useMay()("admin");
  useShortcut("keys.rotate", () => actions.askRotate(key), { enabled: mayChange && !locked });
  return (
    <PageBody>
      <PageHeader
        breadcrumb={{ href: "/keys", label: tNav("keys") }}
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            {key.name}
            <Badge tone={status.tone}>{status.word}</Badge>
            <FromFileBadge subject={key} />
          </span>
        }
        description={status.reason ?? undefined}
        actions={
          <>
            <ButtonLink icon={ListTree} href={`/logs?key=${key.id}`} prefetch={false}>
              {t("detail.calls")}
            </ButtonLink>
            <Button icon={Route} onClick={() => actions.askTest(key)}>
              {t("test.open")}
            </Button>
            {mayChange && (
              <>
                <Button icon={Pencil} disabled={locked} onClick={() => void setEditing(true)}>
                  {tCommon("edit")}
                </Button>
                <Menu label={t("actionsFor", { name: key.name })}>
                  <MenuItem icon={RefreshCw} disabled={locked} onClick={() => actions.askRotate(key)}>
                    {t("rotate")}
                  </MenuItem>
                  <MenuItem
                    icon={Power}
                    disabled={locked || actions.pending}
                    onClick={() => actions.setEnabled([key], !key.enabled)}
                  >
                    {tCommon(key.enabled ? "disable" : "enable")}
                  </MenuItem>
                  <MenuSeparator />
                  <MenuItem icon={Trash2} tone="danger" disabled={locked} onClick={() => actions.askDelete(key)}>
                    {tCommon("delete")}
                  </MenuItem>
                </Menu>
              </>
            )}
          </>
        }
      />
      <QueryError query={query} />
      <FromFileNote subject={key} />
      <div className="grid min-w-0 items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-6">
          <Card title={t("detail.budgets")} description={t("detail.budgetsHint", { zone: initial.timeZone })}>
            <div className="grid gap-5 2xl:grid-cols-3">
              {budgetsOf(key).map((budget) => (
                <div key={budget.window} className="flex flex-col gap-1">
                  <BudgetBar budget={budget} />
                  <span className="text-caption text-muted-foreground">
                    {t("detail.callsCount", { count: key.usage.calls[budget.window] })}
                  </span>
                </div>
              ))}
            </div>
          </Card>
          <KeyUsage keyId={key.id} />
        </div>
        <Card title={t("detail.access")}>
          <AccessFacts subject={key} />
          <p className="mt-3 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground text-small">
            {t("shownOnce")}
            {mayChange && !locked && (
              <Button size="compact" icon={RefreshCw} onClick={() => actions.askRotate(key)}>
                {t("rotate")}
              </Button>
            )}
          </p>
        </Card>
      </div>
      <HistorySection targetType="api_key" targetId={key.id} version={key.version} locked={locked} />
      <KeySheet
        editing={editing && mayChange && !locked ? key : null}
        groupNames={initial.groupNames}
        owners={initial.owners}
        timeZone={initial.timeZone}
        onClose={() => void setEditing(null)}
      />
      {actions.dialogs}
    </PageBody>
  );
}

function AccessFacts({ subject: key }: { subject: KeyView }) {
  const t = useTranslations("keys");
  const tForm = useTranslations("keys.form");
  const format = useFormat();
  const dates = useDates();
  const limited = (limit: number | null) => (limit === null ? t("detail.noLimit") : format.integer(limit));
  const facts = [
    { name: t("columns.key"), value: <code className="text-small">{key.preview}</code> },
    ...key.oldSecrets.map(({ preview, validUntil }) => ({
      name: t("detail.oldKey"),
      value: t("oldSecret", { preview, when: dates.dateTime(new Date(validUntil), "log") }),
    })),
    { name: t("columns.owner"), value: key.owner?.name ?? t("noOwner") },
    { name: t("columns.groups"), value: <KeyGroups subject={key} /> },
    { name: tForm("rpm"), value: limited(key.limits.rpm) },
    { name: tForm("tpm"), value: limited(key.limits.tpm) },
    { name: tForm("concurrent"), value: limited(key.limits.concurrent) },
    {
      name: tForm("expiry"),
      value: key.expiresAt === null ? tForm("expiryNever") : dates.dateTime(new Date(key.expiresAt), "log"),
    },
    {
      name: tForm("allowedIps"),
      value: key.allowedIps.length === 0 ? t("detail.anywhere") : key.allowedIps.join(", "),
    },
    { name: tForm("storeBodies"), value: key.storeBodies ? t("detail.yes") : t("detail.no") },
    { name: tForm("allowRouteChoice"), value: key.allowRouteChoice ? t("detail.yes") : t("detail.no") },
    { name: t("columns.created"), value: <RelativeTime at={key.createdAt} /> },
    { name: t("columns.used"), value: <RelativeTime at={key.usage.lastUsedAt} fallback={t("neverUsed")} /> },
  ];
  return (
    <dl className="-my-1.5 flex flex-col divide-y text-small">
      {facts.map(({ name, value }) => (
        <div key={name} className="flex min-w-0 items-baseline justify-between gap-4 py-1.5">
          <dt className="shrink-0 text-muted-foreground">{name}</dt>
          <dd className="min-w-0 break-words text-end">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
