"use client";

import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import type { QuickstartKey } from "@/lib/schemas/quickstart";
import { api, useApiMutation } from "../api-client";
import { useMay } from "../permissions";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";

const anyGroup = "*";

/** A key that is there, or a new one. The text of a key is shown only right after it was made. */
export function KeyStep({
  keys,
  groups,
  startGroup,
  selected,
  secret,
  onSelect,
  onMade,
}: {
  keys: readonly QuickstartKey[];
  groups: readonly string[];
  /** What a new key may call unless told otherwise. */
  startGroup: string | null;
  selected: QuickstartKey | null;
  secret: string | null;
  onSelect: (id: string) => void;
  onMade: (key: KeyWithSecret) => void;
}) {
  const t = useTranslations("quickstart");
  const may = useMay();
  const [making, setMaking] = useState(false);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {!making && (
        <div className="flex flex-wrap items-center gap-2">
          {keys.length > 0 && (
            <Select
              aria-label={t("stepKey")}
              placeholder={t("chooseKey")}
              value={selected?.id ?? null}
              onValueChange={onSelect}
              options={keys.map(({ id, name, preview }) => ({ value: id, label: name, hint: preview }))}
              className="max-w-96"
            />
          )}
          {may("admin") ? (
            <Button icon={KeyRound} onClick={() => setMaking(true)}>
              {t("newKey")}
            </Button>
          ) : (
            <p className="text-muted-foreground text-small">{t("newKeyByAdmin")}</p>
          )}
        </div>
      )}
      {making && (
        <NewKey
          groups={groups}
          startGroup={startGroup}
          onCancel={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            onMade(key);
          }}
        />
      )}
      {secret !== null && !making && (
        <div
          role="status"
          className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2 rounded-control bg-muted px-3 py-2"
        >
          <span className="text-caption text-muted-foreground">{t("shownOnce")}</span>
          <code className="min-w-0 break-all text-small">{secret}</code>
          <CopyButton text={secret} size="compact">
            {t("copyKey")}
          </CopyButton>
        </div>
      )}
    </div>
  );
}

function NewKey({
  groups,
  startGroup,
  onMade,
  onCancel,
}: {
  groups: readonly string[];
  startGroup: string | null;
  onMade: (key: KeyWithSecret) => void;
  onCancel: () => void;
}) {
  const t = useTranslations("quickstart");
  const tCommon = useTranslations("common");
  const [name, setName] = useState("");
  const [group, setGroup] = useState(startGroup ?? groups[0] ?? anyGroup);
  const make = useApiMutation<void, KeyWithSecret>({
    mutationFn: () => api.post<KeyWithSecret>("/api/admin/keys", { name: name.trim(), groups: [group] }),
    refresh: false,
    onSuccess: onMade,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") make.mutate();
  };
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-col gap-3 rounded-card border p-3">
      <div className="grid min-w-0 gap-3 sm:grid-cols-2">
        <Field label={t("keyName")}>
          <Input
            value={name}
            onValueChange={setName}
            placeholder={t("keyNameExample")}
            maxLength={100}
            autoComplete="off"
            required
            autoFocus
          />
        </Field>
        <Field label={t("keyGroups")}>
          <Select
            value={group}
            onValueChange={setGroup}
            options={[...groups.map((one) => ({ value: one, label: one })), { value: anyGroup, label: t("allGroups") }]}
          />
        </Field>
      </div>
      <p className="text-muted-foreground text-small">{t("keyLimitsHint")}</p>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={make.isPending}>
          {t("createKey")}
        </Button>
        <Button onClick={onCancel}>{tCommon("cancel")}</Button>
      </div>
    </form>
  );
}
