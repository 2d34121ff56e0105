"use client";

import { Boxes, FlaskConical, ListPlus, Pause, Pencil, Play, Plus, RotateCcw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useDates, useFormat } from "@/components/format";
import { isFromFile, LockedByFile } from "@/components/from-file";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { Switch } from "@/components/ui/switch";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { ProviderView } from "@/lib/schemas/providers";
import { DeploymentSheet } from "./deployment-sheet";
import { HoldDialog } from "./hold-dialog";
import { ImpactSummary, useImpact } from "./impact";
import { usePages } from "./import/pager";
import { LiveStateBadge, StateCause } from "./live-state";
import { deploymentState } from "./provider-state";
import { hasQuota } from "./quota";
import { QuotaBars, ResetQuotaDialog } from "./quota-bars";
import { routeObjectKeys } from "./use-providers";

/** From this many models on, a search box helps more than it costs. */
const searchFrom = 12;

/** The models of a provider, each with what it costs, what it can do and how it is doing. */
export function ModelsCard({
  provider,
  onTest,
}: {
  provider: ProviderView;
  onTest: (deployment: DeploymentView) => void;
}) {
  const t = useTranslations("providers.models");
  const tImport = useTranslations("modelImport");
  const [editing, setEditing] = useState<DeploymentView | "new" | null>(null);
  const [holding, setHolding] = useState<DeploymentView | null>(null);
  const [resetting, setResetting] = useState<DeploymentView | null>(null);
  const [disabling, setDisabling] = useState<DeploymentView | null>(null);
  const [deleting, setDeleting] = useState<DeploymentView | null>(null);

  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = provider.deployments.filter(({ name, model }) => `${name}\n${model}`.toLowerCase().includes(wanted));
  const { shown, pager, first } = usePages(found);

  const change = useApiMutation({
    mutationFn: ({ deployment, enabled }: { deployment: DeploymentView; enabled: boolean }) =>
      api.patch<DeploymentView>(`/api/admin/deployments/${deployment.id}`, { enabled }),
    invalidate: routeObjectKeys,
    onSuccess: () => setDisabling(null),
    success: (_answer, { deployment, enabled }) => ({
      title: t(enabled ? "enabledToast" : "disabledToast", { name: deployment.name }),
      onUndo: () => change.mutate({ deployment, enabled: !enabled }),
    }),
  });
  const release = useApiMutation({
    mutationFn: (deployment: DeploymentView) =>
      api.post<DeploymentView>(`/api/admin/deployments/${deployment.id}/release`),
    invalidate: routeObjectKeys,
    success: ({ name }) => t("released", { name }),
  });

  const locked = isFromFile(provider);
  const importButton = locked ? null : (
    <ButtonLink icon={ListPlus} href={`/providers/${provider.id}/import`}>
      {t("import")}
    </ButtonLink>
  );
  const addButton = (
    <LockedByFile subject={provider}>
      <Button variant="primary" icon={Plus} onClick={() => setEditing("new")}>
        {t("add")}
      </Button>
    </LockedByFile>
  );
  return (
    <Card
      flush
      title={t("title")}
      description={t("description")}
      actions={provider.deployments.length > 0 && addButton}
    >
      {provider.deployments.length === 0 ? (
        <EmptyState
          icon={Boxes}
          title={t("empty")}
          action={
            <>
              {importButton}
              {addButton}
            </>
          }
        >
          {t("emptyBody")}
        </EmptyState>
      ) : (
        <>
          {provider.deployments.length > searchFrom && (
            <div className="border-b p-3">
              <Input
                type="search"
                value={search}
                onValueChange={(text) => {
                  setSearch(text);
                  first();
                }}
                placeholder={tImport("search")}
                aria-label={tImport("search")}
                className="max-w-80"
              />
            </div>
          )}
          {found.length === 0 && (
            <p className="px-4 py-8 text-center text-muted-foreground">{tImport("noMatch", { query: search })}</p>
          )}
          <Table label={t("title")}>
            <Thead>
              <Th>{t("columns.model")}</Th>
              <Th align="end">{t("columns.prices")}</Th>
              <Th align="end" className="whitespace-nowrap">
                {t("columns.context")}
              </Th>
              <Th>{t("columns.abilities")}</Th>
              <Th>{t("columns.limits")}</Th>
              <Th>{t("columns.groups")}</Th>
              <Th>{t("columns.state")}</Th>
              <Th>{t("columns.enabled")}</Th>
              <Th>
                <span className="sr-only">{t("columns.actions")}</span>
              </Th>
            </Thead>
            <Tbody>
              {shown.map((deployment) => (
                <ModelRow
                  key={deployment.id}
                  deployment={deployment}
                  pending={change.isPending && change.variables.deployment.id === deployment.id}
                  onSwitch={(enabled) => {
                    if (!enabled && deployment.groups.length > 0) setDisabling(deployment);
                    else change.mutate({ deployment, enabled });
                  }}
                  onTest={() => onTest(deployment)}
                  onEdit={() => setEditing(deployment)}
                  onHold={() => setHolding(deployment)}
                  onRelease={() => release.mutate(deployment)}
                  onResetQuota={() => setResetting(deployment)}
                  onDelete={() => setDeleting(deployment)}
                />
              ))}
            </Tbody>
          </Table>
          {pager}
        </>
      )}
      <DeploymentSheet provider={provider} editing={editing} onClose={() => setEditing(null)} />
      <HoldDialog deployment={holding} onClose={() => setHolding(null)} />
      <DisableDeployment
        deployment={disabling}
        pending={change.isPending}
        onConfirm={(deployment) => change.mutate({ deployment, enabled: false })}
        onClose={() => setDisabling(null)}
      />
      <ResetQuotaDialog deployment={resetting} onClose={() => setResetting(null)} />
      <DeleteDeployment deployment={deleting} onClose={() => setDeleting(null)} />
    </Card>
  );
}

function ModelRow({
  deployment,
  pending,
  onSwitch,
  onTest,
  onEdit,
  onHold,
  onRelease,
  onResetQuota,
  onDelete,
}: {
  deployment: DeploymentView;
  pending: boolean;
  onSwitch: (enabled: boolean) => void;
  onTest: () => void;
  onEdit: () => void;
  onHold: () => void;
  onRelease: () => void;
  onResetQuota: () => void;
  onDelete: () => void;
}) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const format = useFormat();
  const dates = useDates();
  const { held, supports } = deployment;
  const live = deploymentState(deployment);
  const hasCallPrice = Number(deployment.callPrice ?? 0) > 0;
  const abilities = (["tools", "vision", "jsonSchema", "stream"] as const).filter((name) => supports[name]);
  return (
    <Tr muted={!deployment.enabled}>
      <Td primary>
        <span className="flex min-w-0 flex-col">
          <button
            type="button"
            onClick={onEdit}
            disabled={isFromFile(deployment)}
            className="w-fit break-words rounded-xs text-start text-foreground not-disabled:hover:underline md:min-w-36"
          >
            {deployment.name}
          </button>
          {deployment.name !== deployment.model && (
            <span className="break-all font-mono font-normal text-muted-foreground text-small">{deployment.model}</span>
          )}
        </span>
      </Td>
      <Td label={t("models.columns.prices")} align="end">
        <span className="whitespace-nowrap">
          {(!hasCallPrice || deployment.inputPrice !== null || deployment.outputPrice !== null) && (
            <span className="block">
              <Price usd={deployment.inputPrice} /> · <Price usd={deployment.outputPrice} />
            </span>
          )}
          {deployment.callPrice !== null && hasCallPrice && (
            <span className="block">{tCommon("perCall", { price: format.usd(deployment.callPrice) })}</span>
          )}
        </span>
      </Td>
      <Td label={t("models.columns.context")} align="end" className="whitespace-nowrap">
        {deployment.contextWindow === null ? (
          <span className="text-muted-foreground">{tCommon("unknown")}</span>
        ) : (
          <Tooltip content={format.integer(deployment.contextWindow)}>
            <span>{format.compact(deployment.contextWindow)}</span>
          </Tooltip>
        )}
      </Td>
      <Td label={t("models.columns.abilities")}>
        <span className="text-end text-muted-foreground md:text-start">
          {abilities.length === 0 ? tCommon("none") : abilities.map((name) => t(`models.${name}`)).join(" · ")}
        </span>
      </Td>
      <Td label={t("models.columns.limits")} className="max-md:py-1">
        <ModelLimits deployment={deployment} />
      </Td>
      <Td label={t("models.columns.groups")}>
        <Tooltip content={deployment.groups.map(({ name }) => name).join(", ") || tCommon("none")}>
          <span className={deployment.groups.length === 0 ? "text-muted-foreground" : "whitespace-nowrap"}>
            {t("models.groupsCount", { count: deployment.groups.length })}
          </span>
        </Tooltip>
      </Td>
      <Td label={t("models.columns.state")}>
        <span className="flex flex-wrap items-center justify-end gap-x-2 gap-y-1 md:justify-start">
          <LiveStateBadge state={live.state} />
          {deployment.enabled && held ? (
            <span className="text-muted-foreground">
              {held.reason} {held.until && t("models.heldUntil", { when: dates.dateTime(new Date(held.until), "log") })}
            </span>
          ) : (
            <StateCause cause={live.cause} />
          )}
        </span>
      </Td>
      <Td label={t("models.columns.enabled")}>
        <Switch
          checked={deployment.enabled}
          disabled={pending || isFromFile(deployment)}
          onCheckedChange={onSwitch}
          aria-label={t("models.switchLabel", { name: deployment.name })}
        />
      </Td>
      <Td align="end" className="justify-end">
        <Menu label={t("models.actionsFor", { name: deployment.name })}>
          <MenuItem icon={FlaskConical} onClick={onTest}>
            {t("test")}
          </MenuItem>
          <MenuItem icon={Pencil} disabled={isFromFile(deployment)} onClick={onEdit}>
            {tCommon("edit")}
          </MenuItem>
          {held ? (
            <MenuItem icon={Play} onClick={onRelease}>
              {t("models.release")}
            </MenuItem>
          ) : (
            <MenuItem icon={Pause} onClick={onHold}>
              {t("models.hold")}
            </MenuItem>
          )}
          {hasQuota(deployment) && (
            <MenuItem icon={RotateCcw} onClick={onResetQuota}>
              {t("quota.reset")}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem icon={Trash2} tone="danger" disabled={isFromFile(deployment)} onClick={onDelete}>
            {tCommon("delete")}
          </MenuItem>
        </Menu>
      </Td>
    </Tr>
  );
}

/** Calls at once, and the quota with what is left of it. */
function ModelLimits({ deployment }: { deployment: DeploymentView }) {
  const t = useTranslations("providers.models");
  if (deployment.maxConcurrent === null && !hasQuota(deployment)) {
    return <span className="whitespace-nowrap text-muted-foreground">{t("unlimited")}</span>;
  }
  return (
    <div className="flex min-w-0 flex-1 flex-col items-end gap-1.5 md:items-stretch">
      {deployment.maxConcurrent !== null && (
        <span className="whitespace-nowrap">{t("atOnce", { count: deployment.maxConcurrent })}</span>
      )}
      <QuotaBars deployment={deployment} />
    </div>
  );
}

function Price({ usd }: { usd: string | null }) {
  const t = useTranslations("providers.models");
  const format = useFormat();
  if (usd === null) return <span className="text-warning">{t("priceUnknown")}</span>;
  return <span>{Number(usd) === 0 ? t("free") : format.usd(usd)}</span>;
}

/** Groups use it: what they lose is shown before it is switched off. */
function DisableDeployment({
  deployment,
  pending,
  onConfirm,
  onClose,
}: {
  deployment: DeploymentView | null;
  pending: boolean;
  onConfirm: (deployment: DeploymentView) => void;
  onClose: () => void;
}) {
  const t = useTranslations("providers");
  const tCommon = useTranslations("common");
  const impact = useImpact(deployment && { deployment: deployment.id });
  return (
    <ConfirmDialog
      open={deployment !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("disableTitle", { name: deployment?.name ?? "" })}
      description={t("disableBody")}
      confirmLabel={tCommon("disable")}
      pending={pending}
      onConfirm={() => {
        if (deployment) onConfirm(deployment);
      }}
    >
      <ImpactSummary query={impact} />
    </ConfirmDialog>
  );
}

function DeleteDeployment({ deployment, onClose }: { deployment: DeploymentView | null; onClose: () => void }) {
  const t = useTranslations("providers.models");
  const tCommon = useTranslations("common");
  const impact = useImpact(deployment && { deployment: deployment.id });
  const remove = useApiMutation({
    mutationFn: ({ id }: DeploymentView) => api.delete(`/api/admin/deployments/${id}`),
    invalidate: routeObjectKeys,
    onSuccess: onClose,
    success: (_answer, { name }) => tCommon("deleted", { name }),
  });
  // Until it is known that nobody called it lately, the name is asked for.
  const carriesTraffic = impact.data === undefined || impact.data.calls24h > 0;
  return (
    <ConfirmDialog
      open={deployment !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("deleteTitle", { name: deployment?.name ?? "" })}
      description={t("deleteBody")}
      confirmLabel={tCommon("delete")}
      requireName={carriesTraffic ? deployment?.name : undefined}
      pending={remove.isPending}
      onConfirm={() => {
        if (deployment) remove.mutate(deployment);
      }}
    >
      <ImpactSummary query={impact} />
    </ConfirmDialog>
  );
}
