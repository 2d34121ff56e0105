"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Fieldset } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Strategy } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView } from "@/lib/schemas/groups";
import { MemberPicker } from "./member-picker";
import { StrategySelect } from "./strategy-select";
import { startOf, type Template } from "./templates";
import { addMembers, membersOf } from "./tier-board";

type Draft = { name: string; strategy: Strategy; deploymentIds: readonly string[] };

/** A new group: its name, and its first models as a chain of fallbacks; a template suggests them. */
export function GroupCreate({
  open,
  template,
  onOpenChange,
  deployments,
  onCreated,
}: {
  open: boolean;
  template: Template | null;
  onOpenChange: (open: boolean) => void;
  deployments: readonly DeploymentView[];
  onCreated: (group: GroupView) => void;
}) {
  const t = useTranslations("groups.create");
  const tTemplate = useTranslations("groups.template");
  const tCommon = useTranslations("common");
  const formId = useId();
  const create = useApiMutation({
    mutationFn: ({ name, strategy, deploymentIds }: Draft) =>
      api.post<GroupView>("/api/admin/groups", {
        name,
        strategy,
        members: membersOf(addMembers([], deploymentIds, "own_tiers")),
      }),
    invalidate: [["groups", "list"]],
    success: ({ name }) => t("created", { name }),
    onSuccess: (group) => {
      close();
      onCreated(group);
    },
  });
  function close(): void {
    create.reset();
    onOpenChange(false);
  }
  return (
    <Dialog
      size="medium"
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={template ? tTemplate(`${template}.name`) : t("title")}
      description={template ? tTemplate(`${template}.guide`) : t("description")}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={create.isPending}>
            {tCommon("create")}
          </Button>
        </>
      }
    >
      <CreateFields
        id={formId}
        template={template}
        deployments={deployments}
        error={create.error}
        onSubmit={(draft) => create.mutate(draft)}
      />
    </Dialog>
  );
}

function CreateFields({
  id,
  template,
  deployments,
  error,
  onSubmit,
}: {
  id: string;
  template: Template | null;
  deployments: readonly DeploymentView[];
  error: unknown;
  onSubmit: (draft: Draft) => void;
}) {
  const t = useTranslations("groups.create");
  const fieldError = useFieldErrors(error);
  const [draft, setDraft] = useState<Draft>(() => ({
    name: "",
    ...(template ? startOf(template, deployments) : { strategy: "weighted", deploymentIds: [] }),
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(draft);
  };
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-5 pb-1">
      <FormAlert error={error} shown={["name", "strategy"]} />
      <Field label={t("name")} hint={t("nameHint")} error={fieldError("name")}>
        <Input
          mono
          value={draft.name}
          onValueChange={(name) => setDraft({ ...draft, name })}
          required
          maxLength={200}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <Field label={t("strategy")} error={fieldError("strategy")}>
        <StrategySelect value={draft.strategy} onValueChange={(strategy) => setDraft({ ...draft, strategy })} />
      </Field>
      <Fieldset legend={t("members")} hint={t("membersHint")}>
        <MemberPicker
          deployments={deployments}
          value={draft.deploymentIds}
          onChange={(deploymentIds) => setDraft({ ...draft, deploymentIds })}
        />
      </Fieldset>
    </form>
  );
}
