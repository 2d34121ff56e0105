"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { distinctTags, type ProviderView } from "@/lib/schemas/providers";
import { hasTag, tagsAmong } from "./list-order";
import { tagsIn } from "./provider-form";

type Props = {
  open: boolean;
  chosen: readonly ProviderView[];
  /** Tags that any provider has, to choose from. */
  known: readonly string[];
  onOpenChange: (open: boolean) => void;
  /** @param retag what the tags of each chosen provider are to be */
  onRetag: (retag: (provider: ProviderView) => string[]) => void;
};

/** Gives tags to the chosen providers, or takes one from them. */
export function TagDialog(props: Props) {
  return props.open ? <OpenTagDialog {...props} /> : null;
}

function OpenTagDialog({ open, chosen, known, onOpenChange, onRetag }: Props) {
  const t = useTranslations("providers.bulk");
  const tCommon = useTranslations("common");
  const formId = useId();
  const [text, setText] = useState("");
  const given = tagsIn(text);
  const add = (tags: readonly string[]) => onRetag((provider) => distinctTags([...provider.tags, ...tags]));
  const take = (tag: string) =>
    onRetag((provider) =>
      hasTag(provider, tag) ? provider.tags.filter((one) => !hasTag({ tags: [one] }, tag)) : provider.tags,
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (given.length > 0) add(given);
  };
  const free = known.filter((tag) => !chosen.every((provider) => hasTag(provider, tag)));
  const held = tagsAmong(chosen);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("tagTitle", { count: chosen.length })}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" disabled={given.length === 0}>
            {t("tagAdd")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-5">
        <Field label={t("tagNew")} hint={t("tagHint")}>
          <Input value={text} onValueChange={setText} maxLength={400} autoComplete="off" autoFocus />
        </Field>
        <Choices
          title={t("tagKnown")}
          tags={free}
          labelOf={(tag) => t("tagAddOne", { tag })}
          onChoose={(tag) => add([tag])}
        />
        <Choices title={t("tagHeld")} tags={held} labelOf={(tag) => t("tagTakeOne", { tag })} onChoose={take} />
      </form>
    </Dialog>
  );
}

function Choices({
  title,
  tags,
  labelOf,
  onChoose,
}: {
  title: string;
  tags: readonly string[];
  labelOf: (tag: string) => string;
  onChoose: (tag: string) => void;
}) {
  if (tags.length === 0) return null;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 p-0 font-medium text-small">{title}</legend>
      <div className="flex flex-wrap gap-2">
        {tags.map((tag) => (
          <Button key={tag} size="compact" aria-label={labelOf(tag)} onClick={() => onChoose(tag)}>
            {tag}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
