"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, ArrowUpToLine } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { PortalGroupView, PortalMemberView, PortalModelsView } from "@/lib/schemas/portal";
import { isApiError, useErrorText } from "../api-client";
import { Badge } from "../ui/badge";
import { Button, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { useToast } from "../ui/toast";
import { type Move, moved, type Order, orderOf, placeOf } from "./order";
import { portalApi } from "./portal-api";

type Route = NonNullable<PortalGroupView["route"]>;

/** The members of a group in the order in which they are tried, for a holder who may change it. Each move counts at once. */
export function RouteCard({ group, route }: { group: PortalGroupView; route: Route }) {
  const t = useTranslations("portal.route");
  const nameOf = useMemberName();
  const { save, movingId } = useOrder(group);
  const list = useRef<HTMLOListElement>(null);
  const [focusId, setFocusId] = useState<string | null>(null);
  const order = orderOf(route.members);
  // The pressed button may be gone after the move: the row it was in keeps the reader's place.
  useEffect(() => {
    if (focusId === null || movingId !== null) return;
    list.current?.querySelector<HTMLElement>(`[data-member="${focusId}"]`)?.focus();
    setFocusId(null);
  }, [focusId, movingId]);

  const move = async (member: PortalMemberView, how: Move) => {
    const next = moved(order, member.id, how);
    if (next === null || movingId !== null) return;
    setFocusId(member.id);
    const place = placeOf(next, member.id);
    const text = { name: nameOf(member), group: group.name };
    const told = place === 0 ? t("movedTop", text) : t("moved", { ...text, place: place + 1 });
    await save({ order: next, version: route.version, back: order, told, id: member.id });
  };

  return (
    <Card title={t("title", { group: group.name })} description={route.fixed ? t("fixed") : t("hint")} flush>
      <ol ref={list} aria-label={t("title", { group: group.name })} className="divide-y">
        {route.members.map((member) => {
          const place = placeOf(order, member.id);
          const shares = (order[place]?.length ?? 0) > 1;
          const can = (how: Move) => !route.fixed && moved(order, member.id, how) !== null;
          const name = nameOf(member);
          return (
            <li
              key={member.id}
              data-member={member.id}
              tabIndex={-1}
              className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
            >
              <span className="w-6 shrink-0 text-end text-muted-foreground tabular-nums">{place + 1}</span>
              <span className="flex min-w-0 flex-1 basis-40 flex-wrap items-center gap-x-2 gap-y-1">
                <span className="min-w-0 break-all font-medium">{name}</span>
                {place === 0 && (
                  <Badge tone="info" icon={false}>
                    {t("first")}
                  </Badge>
                )}
                {shares && <span className="text-caption text-muted-foreground">{t("shared")}</span>}
                {!member.enabled && <Badge tone="refused">{t("off")}</Badge>}
              </span>
              {!route.fixed && (
                <span className="ms-auto flex items-center gap-1">
                  {can("top") && (
                    <Button
                      size="compact"
                      icon={ArrowUpToLine}
                      aria-label={t("toTopOf", { name })}
                      pending={movingId === member.id}
                      onClick={() => void move(member, "top")}
                    >
                      {t("toTop")}
                    </Button>
                  )}
                  <IconButton
                    icon={ArrowUp}
                    label={t("up", { name })}
                    disabled={!can("up")}
                    onClick={() => void move(member, "up")}
                  />
                  <IconButton
                    icon={ArrowDown}
                    label={t("down", { name })}
                    disabled={!can("down")}
                    onClick={() => void move(member, "down")}
                  />
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

/** A member by name; of those with the same name also by its number. */
function useMemberName(): (member: PortalMemberView) => string {
  const t = useTranslations("portal.route");
  return ({ name, number }) => (number === null ? name : t("numbered", { name, number }));
}

type Change = { order: Order; version: number; back: Order | null; told: string; id: string };

/** Stores an order and shows what came of it; `back` is what Undo puts back. */
function useOrder(group: PortalGroupView): { save: (change: Change) => Promise<void>; movingId: string | null } {
  const t = useTranslations("portal.route");
  const tErrors = useTranslations("errors");
  const errorText = useErrorText();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [movingId, setMovingId] = useState<string | null>(null);

  const save = async ({ order, version, back, told, id }: Change) => {
    setMovingId(id);
    try {
      // An answer that was under way before the change would show the old order for a moment.
      await queryClient.cancelQueries({ queryKey: ["portal", "models"] });
      const changed = await portalApi.put<PortalGroupView>(`groups/${group.id}/order`, { order, version });
      queryClient.setQueryData<PortalModelsView>(
        ["portal", "models"],
        (known) => known && { ...known, groups: known.groups.map((one) => (one.id === changed.id ? changed : one)) },
      );
      const { route } = changed;
      toast({
        title: told,
        onUndo:
          back === null || route === null
            ? undefined
            : () =>
                void save({
                  ...{ order: back, version: route.version, back: null, id },
                  told: t("undone", { group: group.name }),
                }),
      });
    } catch (error) {
      const stale = isApiError(error) && error.code === "conflict";
      toast({
        title: stale ? t("conflict") : tErrors("title"),
        description: stale ? undefined : errorText(error),
        tone: "danger",
      });
      void queryClient.invalidateQueries({ queryKey: ["portal", "models"] });
    } finally {
      setMovingId(null);
    }
  };
  return { save, movingId };
}
