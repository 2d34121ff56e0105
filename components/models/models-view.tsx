"use client";

import { useQuery } from "@tanstack/react-query";
import { BookCheck, Boxes, CalendarClock, FlaskConical, Pencil } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Fragment, useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useDates, useFormat } from "@/components/format";
import { isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { ProviderIcon } from "@/components/provider-icon";
import { usePages } from "@/components/providers/import/pager";
import { LiveStateBadge } from "@/components/providers/live-state";
import { deploymentState } from "@/components/providers/provider-state";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuLink } from "@/components/ui/menu";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import type { CallableModel, ModelCatalogueView, ModelOffer, PriceChangeView } from "@/lib/schemas/models";
import { modelKeys } from "./model-keys";
import {
  abilities,
  abilitiesOf,
  cheapest,
  contextOf,
  fastest,
  lacksPrice,
  listedModels,
  modelSorts,
  pricedStates,
} from "./model-order";

const PriceSheet = dynamic(() => import("./price-sheet").then((module) => module.PriceSheet));
const MatchDialog = dynamic(() => import("./match-dialog").then((module) => module.MatchDialog));

const anyValue = "any";
const refreshMs = 15_000;
/** As many as the server compares at once. */
const matchMost = 500;
const filters = {
  q: parseAsString.withDefault(""),
  cap: parseAsStringLiteral(abilities),
  provider: parseAsString,
  priced: parseAsStringLiteral(pricedStates),
  sort: parseAsStringLiteral(modelSorts).withDefault("name"),
};

/** Everything that can be called: who offers it, what it can do, what it costs, and who is cheapest and fastest now. */
export function ModelsView({ initial }: { initial: ModelCatalogueView }) {
  const t = useTranslations("models");
  const tNav = useTranslations("nav");
  const tProviders = useTranslations("providers");
  const may = useMay();
  const [filter, setFilter] = useQueryStates(filters);
  const [editing, setEditing] = useState<ModelOffer | null>(null);
  const [matching, setMatching] = useState<readonly string[] | null>(null);
  const query = useQuery({
    queryKey: ["models"],
    queryFn: () => api.get<ModelCatalogueView>("/api/admin/models"),
    initialData: initial,
    refetchInterval: refreshMs,
  });
  const { items, pending, catalogueDate } = query.data;
  const found = listedModels(items, filter);
  const { shown, pager, first } = usePages(found);
  const offers = new Map(items.flatMap((item) => item.offers.map((offer) => [offer.id, offer] as const)));
  const providers = new Map([...offers.values()].map(({ provider }) => [provider.id, provider.name]));
  const unpriced = [...offers.values()].filter((offer) => !offer.demo && lacksPrice(offer));
  const matchable = [...offers.values()]
    .filter(({ demo }) => !demo)
    .map(({ id }) => id)
    .slice(0, matchMost);
  const set = (change: Parameters<typeof setFilter>[0]) => {
    first();
    void setFilter(change);
  };
  return (
    <PageBody wide>
      <PageHeader
        title={tNav("models")}
        description={t("description")}
        actions={
          may("write") &&
          matchable.length > 0 && (
            <Button icon={BookCheck} onClick={() => setMatching(matchable)}>
              {t("match.button")}
            </Button>
          )
        }
      />
      <QueryError query={query} />
      {unpriced.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-card bg-warning-surface px-4 py-3 text-warning">
          <p className="min-w-0 flex-1 basis-64 text-small">{t("missing", { count: unpriced.length })}</p>
          <Button size="compact" onClick={() => set({ priced: "missing" })}>
            {t("showMissing")}
          </Button>
        </div>
      )}
      <Pending changes={pending} />
      {items.length === 0 ? (
        <Card flush>
          <EmptyState
            icon={Boxes}
            title={t("empty")}
            action={
              may("write") && (
                <ButtonLink variant="primary" href="/providers/import">
                  {tProviders("add")}
                </ButtonLink>
              )
            }
          >
            {t("emptyBody")}
          </EmptyState>
        </Card>
      ) : (
        <>
          <div className="flex flex-wrap gap-2">
            <Input
              type="search"
              value={filter.q}
              onValueChange={(q) => set({ q: q || null })}
              placeholder={t("search")}
              aria-label={t("search")}
              className="h-8 max-w-72 flex-1 basis-48 touch:h-11"
            />
            <Facet
              label={t("filter.cap")}
              value={filter.cap ?? anyValue}
              options={[
                { value: anyValue, label: t("filter.anyCap") },
                ...abilities.map((value) => ({ value: value as string, label: tProviders(`models.${value}`) })),
              ]}
              onChange={(value) => set({ cap: abilities.find((one) => one === value) ?? null })}
            />
            <Facet
              label={t("filter.provider")}
              value={filter.provider ?? anyValue}
              options={[
                { value: anyValue, label: t("filter.anyProvider") },
                ...[...providers].map(([value, label]) => ({ value, label })),
              ]}
              onChange={(value) => set({ provider: value === anyValue ? null : value })}
            />
            <Facet
              label={t("filter.price")}
              value={filter.priced ?? anyValue}
              options={[
                { value: anyValue, label: t("filter.anyPrice") },
                ...pricedStates.map((value) => ({ value: value as string, label: t(`filter.${value}`) })),
              ]}
              onChange={(value) => set({ priced: pricedStates.find((one) => one === value) ?? null })}
            />
            <Facet
              label={t("filter.sort")}
              value={filter.sort}
              options={modelSorts.map((value) => ({ value, label: t(`sort.${value}`) }))}
              onChange={(sort) => set({ sort })}
            />
          </div>
          <Card flush>
            {found.length === 0 ? (
              <EmptyState
                title={t("noneMatches")}
                action={
                  <Button onClick={() => set({ q: null, cap: null, provider: null, priced: null })}>
                    {t("filter.clear")}
                  </Button>
                }
              />
            ) : (
              <>
                <ModelTable
                  items={shown}
                  pending={pending}
                  catalogueDate={catalogueDate}
                  onEdit={setEditing}
                  onMatch={(id) => setMatching([id])}
                />
                {pager}
              </>
            )}
          </Card>
          <p className="text-muted-foreground text-small">{t("note", { date: catalogueDate })}</p>
        </>
      )}
      {editing && (
        <PriceSheet key={editing.id} offer={offers.get(editing.id) ?? editing} onClose={() => setEditing(null)} />
      )}
      {matching && <MatchDialog deploymentIds={matching} onClose={() => setMatching(null)} />}
    </PageBody>
  );
}

/** Prices with a moment to come, each of which can be taken back. */
function Pending({ changes }: { changes: readonly PriceChangeView[] }) {
  const t = useTranslations("models");
  const dates = useDates();
  const may = useMay();
  const cancel = useApiMutation({
    mutationFn: ({ id }: PriceChangeView) => api.delete(`/api/admin/models/price-changes/${id}`),
    invalidate: modelKeys,
    success: (_answer, { deployment }) => t("pending.cancelled", { name: deployment.name }),
  });
  if (changes.length === 0) return null;
  return (
    <Card flush title={t("pending.title", { count: changes.length })} description={t("pending.body")}>
      <ul className="flex flex-col divide-y">
        {changes.map((change) => (
          <li key={change.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-small">
            <CalendarClock aria-hidden className="size-4 text-muted-foreground" strokeWidth={1.75} />
            <span className="min-w-0 break-all font-medium">
              {change.deployment.provider.name}/{change.deployment.name}
            </span>
            <span className="tabular-nums">
              <Prices {...change} />
            </span>
            <span className="min-w-0 flex-1 text-muted-foreground">
              {t("pending.from", {
                when: dates.dateTime(new Date(change.effectiveAt), "instant"),
                actor: change.actor,
              })}
            </span>
            {may("write") && (
              <Button
                size="compact"
                pending={cancel.isPending && cancel.variables.id === change.id}
                onClick={() => cancel.mutate(change)}
              >
                {t("pending.cancel")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

type Acts = { onEdit: (offer: ModelOffer) => void; onMatch: (deploymentId: string) => void };

function ModelTable({
  items,
  ...rest
}: { items: readonly CallableModel[]; pending: readonly PriceChangeView[]; catalogueDate: string } & Acts) {
  const t = useTranslations("models");
  return (
    <Table label={t("table")}>
      <Thead>
        <Th>{t("columns.id")}</Th>
        <Th>{t("columns.offeredBy")}</Th>
        <Th align="end">{t("columns.prices")}</Th>
        <Th align="end">{t("columns.context")}</Th>
        <Th>{t("columns.abilities")}</Th>
        <Th>{t("columns.now")}</Th>
        <Th>{t("columns.groups")}</Th>
        <Th>
          <span className="sr-only">{t("columns.actions")}</span>
        </Th>
      </Thead>
      <Tbody>
        {items.map((item) => (
          <Fragment key={`${item.kind} ${item.id}`}>
            <ModelRow item={item} {...rest} />
          </Fragment>
        ))}
      </Tbody>
    </Table>
  );
}

function ModelRow({
  item,
  pending,
  catalogueDate,
  onEdit,
  onMatch,
}: { item: CallableModel; pending: readonly PriceChangeView[]; catalogueDate: string } & Acts) {
  const t = useTranslations("models");
  const tProviders = useTranslations("providers");
  const format = useFormat();
  const may = useMay();
  const context = contextOf(item);
  const groups = new Map(item.offers.flatMap((offer) => offer.groups.map(({ id, name }) => [id, name] as const)));
  const [only] = item.offers;
  return (
    <Tr muted={item.offers.length > 0 && !item.offers.some((offer) => offer.enabled && offer.providerEnabled)}>
      <Td primary className="md:align-top">
        <span className="flex min-w-0 flex-col items-start gap-1">
          <span className="flex min-w-0 items-center gap-1">
            <span className="min-w-0 break-all font-mono md:min-w-28">{item.id}</span>
            <CopyButton text={item.id} />
          </span>
          {item.kind !== "model" && (
            <Badge tone="info" icon={false}>
              {item.kind === "group" ? t("kind.group") : t("kind.alias", { group: item.group?.name ?? "" })}
            </Badge>
          )}
        </span>
      </Td>
      <Td label={t("columns.offeredBy")} className="md:min-w-60 md:align-top">
        <ul className="flex min-w-0 flex-col items-end gap-1.5 md:items-start">
          {item.offers.length === 0 && <li className="text-muted-foreground">{t("nobody")}</li>}
          {item.offers.map((offer) => (
            <li
              key={offer.id}
              className="flex min-h-11 min-w-0 flex-wrap content-center items-center gap-x-2 gap-y-0.5"
            >
              <Link
                href={`/providers/${offer.provider.id}?tab=models`}
                prefetch={false}
                className="inline-flex min-w-0 items-center gap-2 rounded-xs hover:underline"
              >
                <ProviderIcon name={offer.provider.name} size="small" />
                <span className="min-w-0 break-words">
                  {offer.provider.name}
                  {(item.kind !== "model" || offer.name !== item.id) && (
                    <span className="break-all text-muted-foreground">/{offer.name}</span>
                  )}
                </span>
              </Link>
              <OfferState offer={offer} />
            </li>
          ))}
        </ul>
      </Td>
      <Td label={t("columns.prices")} align="end" className="md:align-top">
        <ul className="flex min-w-0 flex-col items-end gap-1.5">
          {item.offers.map((offer) => (
            <li key={offer.id} className="flex min-h-11 flex-col items-end justify-center md:whitespace-nowrap">
              <OfferPrice
                offer={offer}
                planned={pending.some(({ deployment }) => deployment.id === offer.id)}
                catalogueDate={catalogueDate}
                onEdit={may("write") && !isFromFile(offer) ? () => onEdit(offer) : null}
              />
            </li>
          ))}
        </ul>
      </Td>
      <Td label={t("columns.context")} align="end" className="whitespace-nowrap md:align-top">
        {context === null ? (
          <span className="text-muted-foreground">{"–"}</span>
        ) : (
          <Tooltip content={format.integer(context)}>
            <span className="tabular-nums">{format.compact(context)}</span>
          </Tooltip>
        )}
      </Td>
      <Td label={t("columns.abilities")} className="md:align-top">
        <span className="text-end text-muted-foreground md:text-start">
          {abilitiesOf(item)
            .map((name) => tProviders(`models.${name}`))
            .join(" · ") || "–"}
        </span>
      </Td>
      <Td label={t("columns.now")} className="md:align-top">
        <Best item={item} />
      </Td>
      <Td label={t("columns.groups")} className="md:align-top">
        <span className="flex min-w-0 flex-wrap justify-end gap-x-2 md:justify-start">
          {item.group !== null && item.kind !== "model" ? (
            <Link href={`/groups/${item.group.id}`} prefetch={false} className="min-w-0 break-all hover:underline">
              {item.group.name}
            </Link>
          ) : groups.size === 0 ? (
            <span className="text-muted-foreground">{"–"}</span>
          ) : (
            [...groups].map(([id, name]) => (
              <Link key={id} href={`/groups/${id}`} prefetch={false} className="min-w-0 break-all hover:underline">
                {name}
              </Link>
            ))
          )}
        </span>
      </Td>
      <Td align="end" className="justify-end md:align-top">
        <span className="flex items-center justify-end gap-1">
          <ButtonLink
            size="compact"
            variant="ghost"
            icon={FlaskConical}
            prefetch={false}
            href={`/playground?model=${encodeURIComponent(item.id)}`}
          >
            {t("try")}
          </ButtonLink>
          {only && may("write") && item.kind === "model" && (
            <Menu label={t("actionsFor", { name: item.id })}>
              {item.offers.map((offer) => (
                <Fragment key={offer.id}>
                  <MenuItem icon={Pencil} disabled={isFromFile(offer)} onClick={() => onEdit(offer)}>
                    {t("editAt", { provider: offer.provider.name })}
                  </MenuItem>
                  {!offer.demo && (
                    <MenuItem icon={BookCheck} disabled={isFromFile(offer)} onClick={() => onMatch(offer.id)}>
                      {t("matchAt", { provider: offer.provider.name })}
                    </MenuItem>
                  )}
                </Fragment>
              ))}
              <MenuLink icon={Boxes} href={`/providers/${only.provider.id}?tab=models`}>
                {t("toProvider")}
              </MenuLink>
            </Menu>
          )}
        </span>
      </Td>
    </Tr>
  );
}

function OfferState({ offer }: { offer: ModelOffer }) {
  const { state } = deploymentState({ ...offer, enabled: offer.enabled && offer.providerEnabled });
  return state === "ready" ? null : <LiveStateBadge state={state} />;
}

function Prices({
  inputPrice,
  cachedInputPrice,
  outputPrice,
  callPrice,
}: Pick<ModelOffer, "inputPrice" | "outputPrice" | "cachedInputPrice" | "callPrice">) {
  const t = useTranslations("models");
  const tCommon = useTranslations("common");
  const format = useFormat();
  const one = (usd: string | null) => (usd === null ? "?" : format.usd(usd));
  if (inputPrice === null && outputPrice === null)
    return callPrice === null ? t("noPrice") : tCommon("perCall", { price: format.usd(callPrice) });
  return (
    <>
      {t("inOut", { input: one(inputPrice), output: one(outputPrice) })}
      {cachedInputPrice !== null && ` · ${t("cached", { price: format.usd(cachedInputPrice) })}`}
      {callPrice !== null && Number(callPrice) > 0 && ` + ${tCommon("perCall", { price: format.usd(callPrice) })}`}
    </>
  );
}

function OfferPrice({
  offer,
  planned,
  catalogueDate,
  onEdit,
}: {
  offer: ModelOffer;
  planned: boolean;
  catalogueDate: string;
  onEdit: (() => void) | null;
}) {
  const t = useTranslations("models");
  const dates = useDates();
  const text = (
    <span className={lacksPrice(offer) ? "text-warning" : "tabular-nums"}>
      <Prices {...offer} />
    </span>
  );
  const { priceSource, pricedAt } = offer;
  const isOld = (priceSource === "host" || priceSource === "name") && (pricedAt ?? "").slice(0, 10) < catalogueDate;
  return (
    <span className="flex flex-col items-end">
      {onEdit === null ? (
        text
      ) : (
        <button type="button" onClick={onEdit} className="rounded-xs text-end hover:underline touch:min-h-11">
          {text}
        </button>
      )}
      {(priceSource !== null || planned) && (
        <span className="text-caption text-muted-foreground">
          {priceSource !== null &&
            t(`source.${priceSource}`, {
              date: pricedAt === null ? "" : dates.dateTime(new Date(pricedAt), "date"),
            })}
          {isOld && ` · ${t("source.newer")}`}
          {planned && ` · ${t("source.planned")}`}
        </span>
      )}
    </span>
  );
}

/** Who is cheapest and who is fastest of those that take calls now. */
function Best({ item }: { item: CallableModel }) {
  const t = useTranslations("models");
  const format = useFormat();
  const cheap = cheapest(item.offers);
  const fast = fastest(item.offers);
  if (cheap === null && fast === null) return <span className="text-muted-foreground">{"–"}</span>;
  return (
    <span className="flex min-w-0 flex-col items-end text-small md:items-start">
      {cheap && <span className="min-w-0 break-words">{t("cheapest", { provider: cheap.provider.name })}</span>}
      {fast && fast.latencyMs !== null && (
        <span className="min-w-0 break-words">
          {t("fastest", { provider: fast.provider.name, latency: format.duration(fast.latencyMs) })}
        </span>
      )}
    </span>
  );
}
