"use client";

import { BookCheck, Boxes, Braces, FlaskConical, Image, type LucideIcon, Pencil, Waves, Wrench } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { useDates, useFormat } from "@/components/format";
import { isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge } from "@/components/providers/live-state";
import { deploymentState } from "@/components/providers/provider-state";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";
import { Menu, MenuItem, MenuLink } from "@/components/ui/menu";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import type { CallableModel, ModelOffer, PriceChangeView } from "@/lib/schemas/models";
import { type Ability, abilitiesOf, cheapest, contextOf, fastest, lacksPrice } from "./model-order";

/** Lines of one offer are equally high in every column, so that they read across. */
const listClass = "flex min-w-0 flex-col items-end gap-1.5 md:items-stretch";
const lineClass = "flex min-h-11 min-w-0 flex-col items-end justify-center gap-0.5";

type Acts = { onEdit: (offer: ModelOffer) => void; onMatch: (deploymentId: string) => void };

/** What can be called, one row each; its offers stand line by line beside each other. */
export function ModelTable({
  items,
  ...rest
}: { items: readonly CallableModel[]; pending: readonly PriceChangeView[]; catalogueDate: string } & Acts) {
  const t = useTranslations("models");
  return (
    <Table label={t("table")} className="md:max-2xl:[&_:is(td,th):not(:first-child,:last-child)]:px-2">
      <Thead>
        <Th>{t("columns.id")}</Th>
        <Th>{t("columns.offeredBy")}</Th>
        <Th align="end">{t("columns.prices")}</Th>
        <Th align="end">{t("columns.now")}</Th>
        <Th align="end">{t("columns.context")}</Th>
        <Th>{t("columns.abilities")}</Th>
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
  const format = useFormat();
  const may = useMay();
  const context = contextOf(item);
  const among =
    item.group !== null && item.kind !== "model" ? [item.group] : item.offers.flatMap(({ groups }) => groups);
  const groups = new Map(among.map(({ id, name }) => [id, name] as const));
  const [only] = item.offers;
  return (
    <Tr muted={item.offers.length > 0 && !item.offers.some((offer) => offer.enabled && offer.providerEnabled)}>
      <Td primary className="md:min-w-50 md:align-top">
        <span className="flex min-w-0 items-center gap-1 md:min-h-11">
          <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-1">
            <span className="min-w-0 break-words font-mono">{item.id}</span>
            {item.kind !== "model" && (
              <Badge tone="info" icon={false}>
                {item.kind === "group" ? t("kind.group") : t("kind.alias", { group: item.group?.name ?? "" })}
              </Badge>
            )}
          </span>
          <CopyButton text={item.id} />
        </span>
      </Td>
      <Td label={t("columns.offeredBy")} className="md:align-top">
        <ul className={listClass}>
          {item.offers.length === 0 && <li className="text-muted-foreground">{t("nobody")}</li>}
          {item.offers.map((offer) => (
            <li key={offer.id} className={cn(lineClass, "md:items-start")}>
              <OfferName offer={offer} model={item} />
              <OfferState offer={offer} />
            </li>
          ))}
        </ul>
      </Td>
      <Td label={t("columns.prices")} align="end" className="md:align-top">
        <ul className={listClass}>
          {item.offers.map((offer) => (
            <li key={offer.id} className={cn(lineClass, "md:whitespace-nowrap")}>
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
      <Td label={t("columns.now")} align="end" className="md:align-top">
        <ul className={listClass}>
          {item.offers.map((offer) => (
            <li key={offer.id} className={cn(lineClass, "md:whitespace-nowrap")}>
              <OfferNow offer={offer} model={item} />
            </li>
          ))}
        </ul>
      </Td>
      <Td label={t("columns.context")} align="end" className="md:align-top">
        <span className={cn(lineClass, "inline-flex whitespace-nowrap")}>
          {context === null ? (
            <span className="text-muted-foreground">{"–"}</span>
          ) : (
            <Tooltip content={format.integer(context)}>
              <span>{format.compact(context)}</span>
            </Tooltip>
          )}
        </span>
      </Td>
      <Td label={t("columns.abilities")} className="md:align-top">
        <Abilities item={item} />
      </Td>
      <Td label={t("columns.groups")} className="md:align-top">
        <span className="flex min-h-11 min-w-0 flex-wrap content-center justify-end gap-x-2 md:justify-start">
          {groups.size === 0 && <span className="text-muted-foreground">{"–"}</span>}
          {[...groups].map(([id, name]) => (
            <Link key={id} href={`/groups/${id}`} prefetch={false} className="min-w-0 break-words hover:underline">
              {name}
            </Link>
          ))}
        </span>
      </Td>
      <Td align="end" className="justify-end md:align-top">
        <span className="flex min-h-11 items-center justify-end gap-1">
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

function OfferName({ offer, model }: { offer: ModelOffer; model: CallableModel }) {
  const named = model.kind !== "model" || offer.name !== model.id;
  return (
    <Link
      href={`/providers/${offer.provider.id}?tab=models`}
      prefetch={false}
      title={`${offer.provider.name}/${offer.name}`}
      className="inline-flex min-w-0 max-w-full items-center gap-2 rounded-xs hover:underline"
    >
      <ProviderIcon name={offer.provider.name} size="small" />
      <span className="min-w-0 truncate md:max-w-72">
        {offer.provider.name}
        {named && <span className="text-muted-foreground">/{offer.name}</span>}
      </span>
    </Link>
  );
}

/** How fast an offer was lately, and whether it leads the others of its model. */
function OfferNow({ offer, model }: { offer: ModelOffer; model: CallableModel }) {
  const t = useTranslations("models");
  const format = useFormat();
  const rivals = model.offers.length > 1;
  const leads = [
    ...(rivals && cheapest(model.offers) === offer ? [t("cheapest")] : []),
    ...(rivals && fastest(model.offers) === offer ? [t("fastest")] : []),
  ];
  return (
    <>
      {offer.latencyMs === null ? (
        <span className="text-muted-foreground">{"–"}</span>
      ) : (
        <span>{format.duration(offer.latencyMs)}</span>
      )}
      {leads.length > 0 && <span className="text-caption text-success">{leads.join(" · ")}</span>}
    </>
  );
}

const abilityIcons: Record<Ability, LucideIcon> = { tools: Wrench, vision: Image, jsonSchema: Braces, stream: Waves };

/** What at least one of the offers can do: in words on phones, else as pictures that are named. */
function Abilities({ item }: { item: CallableModel }) {
  const t = useTranslations("providers.models");
  const able = abilitiesOf(item);
  if (able.length === 0) return <span className="text-muted-foreground">{"–"}</span>;
  return (
    <>
      <span className="text-end text-muted-foreground md:hidden">{able.map((name) => t(name)).join(" · ")}</span>
      <span className="hidden min-h-11 items-center gap-2 text-muted-foreground md:flex">
        {able.map((name) => {
          const Icon = abilityIcons[name];
          return (
            <Tooltip key={name} content={t(name)}>
              <span role="img" aria-label={t(name)}>
                <Icon aria-hidden className="size-4" strokeWidth={1.75} />
              </span>
            </Tooltip>
          );
        })}
      </span>
    </>
  );
}

function OfferState({ offer }: { offer: ModelOffer }) {
  const { state } = deploymentState({ ...offer, enabled: offer.enabled && offer.providerEnabled });
  return state === "ready" ? null : <LiveStateBadge state={state} />;
}

/** The prices of an offer in one line. */
export function Prices({
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
