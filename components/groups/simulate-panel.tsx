"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Route } from "lucide-react";
import { useTranslations } from "next-intl";
import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import type { FormEvent } from "react";
import { api, isApiError } from "@/components/api-client";
import { nameOf } from "@/components/calls/decision";
import { Evidence, evidenceCellClass } from "@/components/calls/decision-table";
import { hindranceOf } from "@/components/calls/hindrance";
import { FormAlert } from "@/components/form-alert";
import { useReasonText } from "@/components/format";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { Field, Fieldset } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { CandidateRecord, Receipt } from "@/lib/gateway/types";
import type { GroupSimulateInput, GroupView, MemberView } from "@/lib/schemas/groups";
import { JudgingRules } from "./judging-rules";

const anyKey = "any";

const abilities = ["tools", "vision", "jsonSchema"] as const;

/** The call that is imagined, as the address has it: reload, Back and a shared link show the same route. */
const parsers = {
  key: parseAsString,
  model: parseAsString,
  tokens: parseAsInteger,
  stream: parseAsBoolean.withDefault(true),
  needs: parseAsArrayOf(parseAsStringLiteral(abilities)).withDefault([]),
  down: parseAsArrayOf(parseAsString).withDefault([]),
  empty: parseAsArrayOf(parseAsString).withDefault([]),
  run: parseAsBoolean.withDefault(false),
};
const urlKeys = {
  key: "sim.key",
  model: "sim.model",
  tokens: "sim.tokens",
  stream: "sim.stream",
  needs: "sim.needs",
  down: "sim.down",
  empty: "sim.empty",
  run: "sim.run",
};

/** Asks the gateway where a call would go right now, with nothing sent to any provider. */
export function SimulatePanel({ group, keys }: { group: GroupView; keys: readonly { id: string; name: string }[] }) {
  const t = useTranslations("groups.simulate");
  const [call, setCall] = useQueryStates(parsers, { urlKeys });
  const names = [group.name, ...group.aliases];
  const model = names.find((name) => name === call.model) ?? group.name;
  const keyId = keys.some(({ id }) => id === call.key) ? call.key : null;
  const assumed: Assumptions = new Map(
    group.members.flatMap(({ deploymentId }): [string, Assumption][] => {
      if (call.down.includes(deploymentId)) return [[deploymentId, "down"]];
      return call.empty.includes(deploymentId) ? [[deploymentId, "no_quota"]] : [];
    }),
  );
  const input: GroupSimulateInput = {
    model,
    stream: call.stream,
    ...(keyId !== null && { keyId }),
    ...(call.tokens !== null && call.tokens >= 0 && { inputTokens: call.tokens }),
    needs: call.needs,
    assume: [...assumed].map(([deploymentId, state]) => ({ deploymentId, state })),
  };
  const simulation = useQuery({
    queryKey: ["groups", "simulation", group.id, group.version, input],
    queryFn: () => api.post<Receipt>(`/api/admin/groups/${group.id}/simulate`, input),
    enabled: call.run,
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (call.run) void simulation.refetch();
    else void setCall({ run: true });
  };
  const need = (ability: (typeof abilities)[number], on: boolean) =>
    void setCall({ needs: on ? [...call.needs, ability] : call.needs.filter((one) => one !== ability) });
  return (
    <Card flush title={t("title")} description={t("description")}>
      <form onSubmit={submit} className="flex flex-col gap-5 p-4">
        <FormAlert error={simulation.error} />
        {isApiError(simulation.error) && simulation.error.fields.length === 0 && <QueryError query={simulation} />}
        <div className="grid gap-x-6 gap-y-5 lg:grid-cols-2">
          <div className="flex flex-col gap-5">
            <div className="grid gap-5 sm:grid-cols-2">
              <Field label={t("key")}>
                <Select
                  value={keyId ?? anyKey}
                  onValueChange={(key) => void setCall({ key: key === anyKey ? null : key })}
                  options={[
                    { value: anyKey, label: t("anyKey") },
                    ...keys.map(({ id, name }) => ({ value: id, label: name })),
                  ]}
                />
              </Field>
              <Field label={t("model")}>
                <Select
                  value={model}
                  onValueChange={(name) => void setCall({ model: name === group.name ? null : name })}
                  options={names.map((name) => ({ value: name, label: name }))}
                />
              </Field>
              <Field label={t("inputTokens")} optional>
                <NumberInput
                  value={call.tokens}
                  onValueChange={(tokens) => void setCall({ tokens })}
                  min={0}
                  max={100_000_000}
                  step={1000}
                />
              </Field>
            </div>
            <div className="flex flex-wrap gap-x-6 gap-y-3">
              <Field inline label={t("stream")}>
                <Switch checked={call.stream} onCheckedChange={(stream) => void setCall({ stream })} />
              </Field>
              {abilities.map((ability) => (
                <Field key={ability} inline label={t(ability)}>
                  <Switch checked={call.needs.includes(ability)} onCheckedChange={(on) => need(ability, on)} />
                </Field>
              ))}
            </div>
          </div>
          {group.members.length > 0 && (
            <AssumptionList
              members={group.members}
              assumed={assumed}
              onChange={(next) => {
                const idsOf = (state: Assumption) => [...next].flatMap(([id, one]) => (one === state ? [id] : []));
                void setCall({ down: idsOf("down"), empty: idsOf("no_quota") });
              }}
            />
          )}
        </div>
        <div>
          <Button type="submit" icon={Route} pending={simulation.isFetching}>
            {t("run")}
          </Button>
        </div>
      </form>
      <div aria-live="polite">{call.run && simulation.data && <SimulationResult receipt={simulation.data} />}</div>
      {call.run && simulation.data && <JudgingRules group={group} />}
    </Card>
  );
}

type Assumption = NonNullable<GroupSimulateInput["assume"]>[number]["state"];
type Assumptions = ReadonlyMap<string, Assumption>;

/** What to pretend about each member: that it is down, or that its quota is used up. */
function AssumptionList({
  members,
  assumed,
  onChange,
}: {
  members: readonly MemberView[];
  assumed: Assumptions;
  onChange: (assumed: Assumptions) => void;
}) {
  const t = useTranslations("groups.simulate");
  const assume = (deploymentId: string, state: Assumption | "as_is") => {
    const next = new Map(assumed);
    if (state === "as_is") next.delete(deploymentId);
    else next.set(deploymentId, state);
    onChange(next);
  };
  return (
    <Fieldset legend={t("assume")} className="gap-0">
      <ul className="max-h-56 divide-y overflow-y-auto rounded-card border">
        {members.map(({ deploymentId, deployment }) => {
          const name = `${deployment.provider.name}/${deployment.name}`;
          return (
            <li key={deploymentId} className="flex min-h-9 items-center gap-3 px-3 py-1">
              <span className="min-w-0 flex-1 break-all text-small">{name}</span>
              <Select<Assumption | "as_is">
                size="compact"
                aria-label={t("assumeOf", { name })}
                value={assumed.get(deploymentId) ?? "as_is"}
                onValueChange={(state) => assume(deploymentId, state)}
                options={(["as_is", "down", "no_quota"] as const).map((value) => ({
                  value,
                  label: t(`assumption.${value}`),
                }))}
                className="w-auto min-w-32"
              />
            </li>
          );
        })}
      </ul>
    </Fieldset>
  );
}

function SimulationResult({ receipt }: { receipt: Receipt }) {
  const t = useTranslations("groups.simulate");
  const usable = receipt.candidates.filter(({ verdict }) => verdict !== "skipped");
  const [first] = usable;
  return (
    <div className="border-t">
      <p className="px-4 py-3 font-medium">
        {first
          ? t("wouldServe", { name: nameOf(first.deployment), reason: first.reason, tier: first.tier })
          : t("nobodyBecause", { reason: hindranceOf(receipt) })}
      </p>
      {receipt.candidates.length > 0 && (
        <div className="border-t">
          <Table label={t("result")}>
            <Thead>
              <Th className="whitespace-nowrap">{t("order")}</Th>
              <Th>{t("candidate")}</Th>
              <Th>{t("verdict")}</Th>
              <Th>{t("evidence")}</Th>
            </Thead>
            <Tbody>
              {receipt.candidates.map((candidate) => (
                <CandidateRow
                  key={candidate.deployment.id}
                  candidate={candidate}
                  place={usable.indexOf(candidate) + 1 || null}
                />
              ))}
            </Tbody>
          </Table>
        </div>
      )}
    </div>
  );
}

function CandidateRow({ candidate, place }: { candidate: CandidateRecord; place: number | null }) {
  const t = useTranslations("groups.simulate");
  const reasonText = useReasonText();
  return (
    <Tr muted={place === null}>
      <Td label={t("order")}>{place ?? "—"}</Td>
      <Td label={t("candidate")} className="break-all font-medium">
        {nameOf(candidate.deployment)}
      </Td>
      <Td label={t("verdict")}>
        {place === null ? (
          <Badge tone="refused">{t("skipped", { reason: reasonText(candidate.reason) })}</Badge>
        ) : place === 1 ? (
          <Badge tone="ready">{t("first")}</Badge>
        ) : (
          <span className="text-muted-foreground">{t("next")}</span>
        )}
      </Td>
      <Td label={t("evidence")} className={cn("text-muted-foreground", evidenceCellClass)}>
        <Evidence candidate={candidate} />
      </Td>
    </Tr>
  );
}
