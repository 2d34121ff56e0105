"use client";

import { Clock, MessageSquareText, TriangleAlert, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { DemoFault, DemoFaultKind } from "@/lib/gateway/types";
import type { DemoFaultsView } from "@/lib/schemas/demo";
import { api, useApiMutation } from "../api-client";
import { useMay } from "../permissions";
import { Button, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { Textarea } from "../ui/input";
import { Select } from "../ui/select";
import { demoKey, useDemo } from "./use-demo";

const icons = { fail: TriangleAlert, delay: Clock, text: MessageSquareText };
/** A fault that was used disappears from the list this soon. */
const everyMs = 2000;
const longestText = 2000;

/** Faults for training, on the page of the demo provider. Each waits, in sight, until a call uses it up. */
export function DemoFaultsCard({ models }: { models: readonly string[] }) {
  const t = useTranslations("demo.faults");
  const may = useMay();
  const view = useDemo({ everyMs });
  const [model, setModel] = useState(models.at(-1) ?? "");
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState<string>(t("textSample"));
  const order = useApiMutation({
    mutationFn: (input: { model: string; kind: DemoFaultKind; text?: string; active?: boolean }) =>
      api.post<DemoFaultsView>("/api/admin/demo/fault", input),
    invalidate: [demoKey],
    onSuccess: () => setWriting(false),
    refresh: false,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") order.mutate({ model, kind: "text", text });
  };
  const faults = view.data?.faults ?? [];
  return (
    <Card title={t("title")} description={t("hint")}>
      <div className="flex min-w-0 flex-col gap-4">
        {may("write") && (
          <div className="flex flex-wrap items-center gap-2">
            <Select
              aria-label={t("model")}
              value={model}
              onValueChange={setModel}
              options={models.map((value) => ({ value, label: value }))}
              className="w-auto min-w-44"
            />
            <Button icon={icons.fail} disabled={order.isPending} onClick={() => order.mutate({ model, kind: "fail" })}>
              {t("fail")}
            </Button>
            <Button
              icon={icons.delay}
              disabled={order.isPending}
              onClick={() => order.mutate({ model, kind: "delay" })}
            >
              {t("delay")}
            </Button>
            <Button icon={icons.text} aria-expanded={writing} onClick={() => setWriting(!writing)}>
              {t("text")}
            </Button>
          </div>
        )}
        {writing && (
          <form onSubmit={submit} className="flex flex-col items-start gap-3">
            <Field label={t("textLabel")} className="w-full">
              <Textarea rows={2} value={text} onValueChange={setText} maxLength={longestText} />
            </Field>
            <Button type="submit" pending={order.isPending}>
              {t("textOrder")}
            </Button>
          </form>
        )}
        <div role="status">
          {faults.length === 0 ? (
            <p className="text-muted-foreground text-small">{t("none")}</p>
          ) : (
            <ul className="divide-y rounded-control border">
              {faults.map((fault) => (
                <Waiting
                  key={`${fault.kind} ${fault.model}`}
                  fault={fault}
                  onCancel={
                    may("write")
                      ? () => order.mutate({ model: fault.model, kind: fault.kind, active: false })
                      : undefined
                  }
                />
              ))}
            </ul>
          )}
        </div>
      </div>
    </Card>
  );
}

function Waiting({ fault, onCancel }: { fault: DemoFault; onCancel: (() => void) | undefined }) {
  const t = useTranslations("demo.faults");
  const Icon = icons[fault.kind];
  return (
    <li className="flex items-center gap-3 px-3 py-2 text-body">
      <Icon aria-hidden className="size-4 shrink-0 text-warning" strokeWidth={1.75} />
      <span className="min-w-0 flex-1">
        <span className="font-medium">{t(fault.kind)}</span>{" "}
        <span className="text-muted-foreground text-small">{t("waiting", { model: fault.model })}</span>
        {fault.text !== null && <span className="block break-words text-small">{fault.text}</span>}
      </span>
      {onCancel && (
        <IconButton icon={X} label={t("cancel", { fault: t(fault.kind), model: fault.model })} onClick={onCancel} />
      )}
    </li>
  );
}
