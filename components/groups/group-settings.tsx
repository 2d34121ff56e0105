"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { VersionConflict } from "@/components/conflict/version-conflict";
import { FormAlert } from "@/components/form-alert";
import { clockNames } from "@/components/providers/provider-form";
import { TimeoutFields } from "@/components/providers/timeout-fields";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { useUnsavedGuard } from "@/components/unsaved-guard";
import type { GroupView } from "@/lib/schemas/groups";
import { ClockTable } from "./clock-table";
import type { InheritedClocks } from "./clocks";
import { StrategySelect } from "./strategy-select";

type Draft = Pick<
  GroupView,
  "name" | "strategy" | "delivery" | "affinity" | "timeouts" | "storeBodies" | "stripReasoning" | "enabled"
> & {
  /** One per line, as typed. */
  aliases: string;
  retryAfterWaitSeconds: number | null;
};

const shownFields = [
  "name",
  "aliases",
  "strategy",
  "delivery",
  "affinity",
  "retryAfterWaitSeconds",
  "timeouts",
  "storeBodies",
  "stripReasoning",
  "enabled",
];

function draftOf(group: GroupView): Draft {
  return {
    name: group.name,
    aliases: group.aliases.join("\n"),
    strategy: group.strategy,
    delivery: group.delivery,
    affinity: group.affinity,
    retryAfterWaitSeconds: group.retryAfterWaitSeconds,
    timeouts: group.timeouts,
    storeBodies: group.storeBodies,
    stripReasoning: group.stripReasoning,
    enabled: group.enabled,
  };
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** Everything of a group but the order of its members. Saved as one. */
export function GroupSettings({ group, clocks }: { group: GroupView; clocks: InheritedClocks }) {
  const t = useTranslations("groups.settings");
  const tGroups = useTranslations("groups");
  const tCommon = useTranslations("common");
  const [base, setBase] = useState(group);
  const stored = draftOf(base);
  const [draft, setDraft] = useState(stored);
  const dirty = JSON.stringify(draft) !== JSON.stringify(stored);
  const adopt = (latest: GroupView) => {
    setBase(latest);
    setDraft(draftOf(latest));
  };
  // What somebody else saved is shown at once, but never over what is being typed: saving that answers 409.
  if (!dirty && group.version > base.version) adopt(group);
  useUnsavedGuard(dirty);
  const save = useApiMutation({
    mutationFn: (body: Record<string, unknown>) => api.patch<GroupView>(`/api/admin/groups/${group.id}`, body),
    invalidate: [["groups"], ["keys"]],
    success: ({ name }) => t("saved", { name }),
    onSuccess: adopt,
  });
  const fieldError = useFieldErrors(save.error);
  const set = (change: Partial<Draft>) => setDraft((current) => ({ ...current, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      ...draft,
      aliases: linesOf(draft.aliases),
      retryAfterWaitSeconds: draft.retryAfterWaitSeconds ?? 0,
      version: base.version,
    });
  };
  return (
    <form onSubmit={submit} className="flex max-w-form flex-col gap-6">
      <FormAlert error={save.error} shown={shownFields} />
      <Card title={t("identity")}>
        <div className="flex flex-col gap-5">
          <Field label={t("name")} hint={t("nameHint")} error={fieldError("name")}>
            <Input
              mono
              value={draft.name}
              onValueChange={(name) => set({ name })}
              required
              maxLength={200}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          </Field>
          <Field label={t("aliases")} optional hint={t("aliasesHint")} error={fieldError("aliases")}>
            <Textarea
              mono
              rows={3}
              value={draft.aliases}
              onValueChange={(aliases) => set({ aliases })}
              autoCapitalize="none"
              spellCheck={false}
            />
          </Field>
          <Field inline label={t("enabled")} hint={t("enabledHint")} error={fieldError("enabled")}>
            <Switch checked={draft.enabled} onCheckedChange={(enabled) => set({ enabled })} />
          </Field>
        </div>
      </Card>
      <Card title={t("routing")}>
        <div className="flex flex-col gap-5">
          <Field
            label={t("strategy")}
            hint={tGroups(`strategyEffect.${draft.strategy}`)}
            error={fieldError("strategy")}
          >
            <StrategySelect value={draft.strategy} onValueChange={(strategy) => set({ strategy })} />
          </Field>
          <Field
            label={t("delivery")}
            hint={draft.delivery === "live" ? t("liveEffect") : t("wholeEffect")}
            error={fieldError("delivery")}
          >
            <Select<Draft["delivery"]>
              value={draft.delivery}
              onValueChange={(delivery) => set({ delivery })}
              options={[
                { value: "live", label: t("live"), hint: t("liveEffect") },
                { value: "whole", label: t("whole"), hint: t("wholeEffect") },
              ]}
            />
          </Field>
          <Field label={t("affinity")} hint={t("affinityHint")} error={fieldError("affinity")}>
            <Select<Draft["affinity"]>
              value={draft.affinity}
              onValueChange={(affinity) => set({ affinity })}
              options={(["off", "key", "session"] as const).map((value) => ({
                value,
                label: t(`affinityOf.${value}`),
              }))}
            />
          </Field>
          <Field
            label={t("retryAfterWaitSeconds")}
            hint={t("retryAfterWaitHint")}
            error={fieldError("retryAfterWaitSeconds")}
          >
            <NumberInput
              value={draft.retryAfterWaitSeconds}
              onValueChange={(retryAfterWaitSeconds) => set({ retryAfterWaitSeconds })}
              min={0}
              max={300}
              unit={t("seconds")}
            />
          </Field>
        </div>
      </Card>
      <Card>
        <TimeoutFields
          timeouts={draft.timeouts}
          onChange={(timeouts) => set({ timeouts })}
          fieldError={fieldError}
          clocks={clockNames}
        />
        <ClockTable group={group} timeouts={draft.timeouts} inherited={clocks} />
      </Card>
      <Card title={t("answers")}>
        <Field inline label={t("stripReasoning")} hint={t("stripReasoningHint")} error={fieldError("stripReasoning")}>
          <Switch checked={draft.stripReasoning} onCheckedChange={(stripReasoning) => set({ stripReasoning })} />
        </Field>
      </Card>
      <Card title={t("storing")}>
        <Field inline label={t("storeBodies")} hint={t("storeBodiesHint")} error={fieldError("storeBodies")}>
          <Switch checked={draft.storeBodies} onCheckedChange={(storeBodies) => set({ storeBodies })} />
        </Field>
      </Card>
      <VersionConflict
        error={save.error}
        path={`/api/admin/groups/${group.id}`}
        base={base}
        mine={save.variables ?? {}}
        pending={save.isPending}
        onKeepMine={(body) => save.mutate(body)}
        onTakeTheirs={(theirs) => {
          adopt(theirs as GroupView);
          save.reset();
        }}
        onClose={save.reset}
      />
      <div
        className={cn(
          "flex flex-wrap items-center gap-2",
          // What is not saved stays in view, however long the form is.
          dirty && "sticky bottom-0 z-10 rounded-card border bg-card px-4 py-2.5 shadow-popover max-md:bottom-16",
        )}
      >
        {dirty && (
          <>
            <span className="me-auto text-muted-foreground text-small">{tCommon("unsavedChanges")}</span>
            <Button
              onClick={() => {
                save.reset();
                adopt(group);
              }}
            >
              {tCommon("discard")}
            </Button>
          </>
        )}
        <Button type="submit" variant={dirty ? "primary" : "secondary"} pending={save.isPending} disabled={!dirty}>
          {tCommon("save")}
        </Button>
      </div>
    </form>
  );
}
