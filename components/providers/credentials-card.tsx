"use client";

import { Eraser, KeyRound, Plus, Power, RotateCcw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { useReasonText } from "@/components/format";
import { LockedByFile } from "@/components/from-file";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog, Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, PasswordInput } from "@/components/ui/input";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { ResetTime } from "@/components/ui/reset-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { CredentialChange, CredentialView, ProviderView } from "@/lib/schemas/providers";
import { ImpactSummary, useImpact } from "./impact";
import { RemoveCredential } from "./import/quick-remove";
import { routeObjectKeys } from "./use-providers";

type Editing = { kind: "add" } | { kind: "replace"; credential: CredentialView };

/** The secrets sent to a provider: write-only, shown by their last four characters. */
export function CredentialsCard({ provider }: { provider: ProviderView }) {
  const t = useTranslations("providers.credentials");
  const tCommon = useTranslations("common");
  const tImport = useTranslations("modelImport");
  const [removing, setRemoving] = useState<string | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [deleting, setDeleting] = useState<CredentialView | null>(null);
  const [deleteOpen, setDeleteOpen] = useState(false);

  const impact = useImpact(deleteOpen && provider.credentials.length === 1 ? { providers: [provider.id] } : null);

  /** The API takes the whole list; what is kept is named by id alone. */
  const kept = (change: (credential: CredentialView) => CredentialChange[]): CredentialChange[] =>
    provider.credentials.flatMap(change);
  const write = (credentials: CredentialChange[]) =>
    api.patch<ProviderView>(`/api/admin/providers/${provider.id}`, { credentials, version: provider.version });

  const toggle = useApiMutation({
    mutationFn: ({ credential, enabled }: { credential: CredentialView; enabled: boolean }) =>
      write(kept(({ id }) => [id === credential.id ? { id, enabled } : { id }])),
    invalidate: routeObjectKeys,
    success: (_answer, { credential, enabled }) =>
      t(enabled ? "enabledToast" : "disabledToast", { name: credential.name }),
  });
  const remove = useApiMutation({
    mutationFn: (credential: CredentialView) => write(kept(({ id }) => (id === credential.id ? [] : [{ id }]))),
    invalidate: routeObjectKeys,
    onSuccess: () => setDeleteOpen(false),
    success: (_answer, credential) => tCommon("deleted", { name: credential.name }),
  });
  const tryAgain = useApiMutation({
    mutationFn: (_credential: CredentialView) => api.post("/api/admin/health/reset", { providerId: provider.id }),
    invalidate: routeObjectKeys,
    success: (_answer, credential) => t("tryAgainDone", { name: credential.name }),
  });

  if (provider.protocol === "demo") {
    return (
      <Card title={t("title")}>
        <p className="text-muted-foreground">{t("demo")}</p>
      </Card>
    );
  }
  return (
    <Card
      flush={provider.credentials.length > 0}
      title={t("title")}
      description={t("description")}
      actions={
        <LockedByFile subject={provider}>
          <Button size="compact" icon={Plus} onClick={() => setEditing({ kind: "add" })}>
            {t("add")}
          </Button>
        </LockedByFile>
      }
    >
      {provider.credentials.length === 0 ? (
        <p className="text-muted-foreground">{t("none")}</p>
      ) : (
        <Table label={t("title")}>
          <Thead>
            <Th>{t("columns.name")}</Th>
            <Th>{t("columns.secret")}</Th>
            <Th>{t("columns.state")}</Th>
            <Th>
              <span className="sr-only">{t("columns.actions")}</span>
            </Th>
          </Thead>
          <Tbody>
            {provider.credentials.map((credential) => (
              <Tr key={credential.id} muted={!credential.enabled}>
                <Td primary>{credential.name}</Td>
                <Td label={t("columns.secret")}>
                  <span className="whitespace-nowrap font-mono">{credential.preview}</span>
                </Td>
                <Td label={t("columns.state")}>
                  <CredentialState credential={credential} />
                </Td>
                <Td align="end" className="justify-end">
                  <span className="flex items-center justify-end gap-1">
                    {credential.state === "set_aside" && (
                      <Button
                        size="compact"
                        icon={RotateCcw}
                        pending={tryAgain.isPending && tryAgain.variables.id === credential.id}
                        onClick={() => tryAgain.mutate(credential)}
                      >
                        {t("tryAgain")}
                      </Button>
                    )}
                    <LockedByFile subject={provider}>
                      <Menu label={t("actionsFor", { name: credential.name })}>
                        <MenuItem icon={KeyRound} onClick={() => setEditing({ kind: "replace", credential })}>
                          {t("replace")}
                        </MenuItem>
                        <MenuItem
                          icon={Power}
                          onClick={() => toggle.mutate({ credential, enabled: !credential.enabled })}
                        >
                          {tCommon(credential.enabled ? "disable" : "enable")}
                        </MenuItem>
                        <MenuSeparator />
                        <MenuItem
                          icon={Trash2}
                          tone="danger"
                          onClick={() => {
                            setDeleting(credential);
                            setDeleteOpen(true);
                          }}
                        >
                          {tCommon("delete")}
                        </MenuItem>
                        <MenuItem icon={Eraser} tone="danger" onClick={() => setRemoving(credential.id)}>
                          {tImport("removal.behind")}
                        </MenuItem>
                      </Menu>
                    </LockedByFile>
                  </span>
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      <SecretDialog provider={provider} editing={editing} onClose={() => setEditing(null)} />
      <RemoveCredential credentialId={removing} onClose={() => setRemoving(null)} onRemoved={() => setRemoving(null)} />
      {deleting && (
        <ConfirmDialog
          open={deleteOpen}
          onOpenChange={setDeleteOpen}
          title={t("deleteTitle", { name: deleting.name })}
          description={`${t("deleteBody", { preview: deleting.preview })} ${provider.credentials.length === 1 ? t("deleteLast") : ""}`}
          confirmLabel={tCommon("delete")}
          pending={remove.isPending}
          onConfirm={() => remove.mutate(deleting)}
        >
          {provider.credentials.length === 1 && <ImpactSummary query={impact} />}
        </ConfirmDialog>
      )}
    </Card>
  );
}

function CredentialState({ credential }: { credential: CredentialView }) {
  const t = useTranslations("providers.credentials");
  const reasonText = useReasonText();
  if (credential.state === "ready") return <Badge tone="ready">{t("ready")}</Badge>;
  if (credential.state === "disabled") return <Badge tone="refused">{t("disabled")}</Badge>;
  return (
    <span className="flex flex-wrap items-center justify-end gap-x-2 gap-y-1 md:justify-start">
      <Badge tone="failed">{t("set_aside")}</Badge>
      <span className="text-muted-foreground">
        {credential.setAside?.reason && <>{reasonText(credential.setAside.reason)} · </>}
        <RelativeTime at={credential.setAside?.at} />
        {credential.setAside && (
          <>
            {" · "}
            <ResetTime at={credential.setAside.retryAt} words={(when) => t("triedAgain", { when })} />
          </>
        )}
      </span>
    </span>
  );
}

/** Adds a credential or gives one a new secret. */
function SecretDialog({
  provider,
  editing,
  onClose,
}: {
  provider: ProviderView;
  editing: Editing | null;
  onClose: () => void;
}) {
  const t = useTranslations("providers.credentials");
  const tCommon = useTranslations("common");
  const formId = useId();
  const replaced = editing?.kind === "replace" ? editing.credential : null;
  const save = useApiMutation({
    mutationFn: ({ name, secret }: { name: string; secret: string }) => {
      const others: CredentialChange[] = provider.credentials.map(({ id }) =>
        id === replaced?.id ? { id, secret } : { id },
      );
      const credentials = replaced ? others : [...others, { secret, ...(name.trim() !== "" && { name }) }];
      return api.patch<ProviderView>(`/api/admin/providers/${provider.id}`, { credentials, version: provider.version });
    },
    invalidate: routeObjectKeys,
    success: () => (replaced ? t("replaced", { name: replaced.name }) : t("added")),
    onSuccess: () => close(),
  });
  function close(): void {
    save.reset();
    onClose();
  }
  const impact = useImpact(replaced && { providers: [provider.id] });
  const position = replaced ? provider.credentials.indexOf(replaced) : provider.credentials.length;
  return (
    <Dialog
      open={editing !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title={replaced ? t("replaceTitle", { name: replaced.name }) : t("addTitle")}
      description={replaced ? t("replaceDescription") : undefined}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            {tCommon("save")}
          </Button>
        </>
      }
    >
      {replaced && (
        <div className="mb-4">
          <ImpactSummary query={impact} />
        </div>
      )}
      <SecretFields
        id={formId}
        withName={replaced === null}
        error={save.error}
        path={`credentials[${position}]`}
        onSubmit={(values) => save.mutate(values)}
      />
    </Dialog>
  );
}

function SecretFields({
  id,
  withName,
  error,
  path,
  onSubmit,
}: {
  id: string;
  withName: boolean;
  error: unknown;
  path: string;
  onSubmit: (values: { name: string; secret: string }) => void;
}) {
  const t = useTranslations("providers.credentials");
  const fieldError = useFieldErrors(error);
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name, secret });
  };
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-4">
      <FormAlert error={error} shown={[path]} />
      {withName && (
        <Field label={t("name")} optional error={fieldError(`${path}.name`)}>
          <Input value={name} onValueChange={setName} maxLength={100} autoComplete="off" />
        </Field>
      )}
      <Field label={t("secret")} error={fieldError(`${path}.secret`)}>
        <PasswordInput mono value={secret} onValueChange={setSecret} required autoComplete="off" />
      </Field>
    </form>
  );
}
