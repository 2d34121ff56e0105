"use client";

import { Braces, Eraser, FlaskConical, Link2, Plus, X } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsArrayOf, parseAsBoolean, parseAsFloat, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import type { PlaygroundChoices, PlaygroundTarget } from "@/lib/schemas/playground";
import { Button, ButtonLink, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { useCopy } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { Textarea } from "../ui/input";
import { NumberInput } from "../ui/number-input";
import { PageBody, PageHeader } from "../ui/page-header";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";
import { AnswerView } from "./answer-view";
import { Composer } from "./composer";
import type { Prompt, Settings } from "./conversation";
import { usePlayground } from "./use-playground";

const CodeDialog = dynamic(() => import("./code-dialog").then((module) => module.CodeDialog));

const mostColumns = 3;
/** The settings, not what is said: a link may be shared. */
const url = {
  model: parseAsArrayOf(parseAsString),
  temperature: parseAsFloat,
  max: parseAsInteger,
  stream: parseAsBoolean.withDefault(true),
};

const columnClass = ["", "md:grid-cols-2", "md:grid-cols-2 xl:grid-cols-3"] as const;

/** The same prompt to one to three models at once, as calls of the real gateway. */
export function PlaygroundView({ choices: { targets, prices } }: { choices: PlaygroundChoices }) {
  const t = useTranslations("playground");
  const [parameters, setParameters] = useQueryStates(url, { history: "replace" });
  const [system, setSystem] = useState("");
  const [failFirstTier, setFailFirstTier] = useState(false);
  const [codeFor, setCodeFor] = useState<string | null>(null);
  const [draft, setDraft] = useState("");
  const { copied, copy } = useCopy();
  const { turns, running, send, stop, clear } = usePlayground();
  const first = targets[0];
  if (!first) {
    return (
      <PageBody>
        <PageHeader title={t("title")} description={t("description")} />
        <Card>
          <EmptyState
            icon={FlaskConical}
            title={t("nothing")}
            action={<ButtonLink href="/providers">{t("toProviders")}</ButtonLink>}
          >
            {t("nothingBody")}
          </EmptyState>
        </Card>
      </PageBody>
    );
  }
  const models = (parameters.model?.filter((model) => model !== "") ?? []).slice(0, mostColumns);
  const columns = (models.length > 0 ? models : [first.model]).map((model, index) => ({ id: String(index), model }));
  const nameOf = (model: string) => {
    const target = targets.find((one) => one.model === model);
    return target ? labelOf(target) : model;
  };
  const choose = (next: string[]) => void setParameters({ model: next });
  const settings: Settings = {
    system,
    temperature: parameters.temperature,
    maxTokens: parameters.max,
    stream: parameters.stream,
  };
  const blind = columns.filter(({ model }) => targets.find((one) => one.model === model)?.vision === false);
  const lastPrompt = draft.trim() || turns.at(-1)?.prompt.text || t("sample");
  const grid = cn("grid min-w-0 gap-3", columnClass[columns.length - 1]);
  return (
    <PageBody wide>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <Button icon={Link2} onClick={() => void copy(window.location.href)}>
              {copied ? t("linkCopied") : t("share")}
            </Button>
            <Button icon={Eraser} disabled={turns.length === 0} onClick={clear}>
              {t("clear")}
            </Button>
          </>
        }
      />
      <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_17rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <div className={grid}>
            {columns.map(({ id, model }, index) => (
              <div key={id} className="flex min-w-0 items-center gap-1">
                <Select
                  aria-label={t("modelOf", { n: index + 1 })}
                  value={model}
                  onValueChange={(next) => choose(columns.map((one) => (one.id === id ? next : one.model)))}
                  options={optionsFor(targets, model, t)}
                />
                <IconButton
                  icon={Braces}
                  label={t("codeFor", { name: nameOf(model) })}
                  onClick={() => setCodeFor(model)}
                />
                {columns.length > 1 && (
                  <IconButton
                    icon={X}
                    label={t("removeColumn", { name: nameOf(model) })}
                    disabled={running}
                    onClick={() => {
                      // Answers stand under the number of their column.
                      clear();
                      choose(columns.filter((one) => one.id !== id).map((one) => one.model));
                    }}
                  />
                )}
              </div>
            ))}
          </div>
          {columns.length < mostColumns && (
            <Button
              icon={Plus}
              size="compact"
              className="self-start"
              onClick={() => choose([...columns.map(({ model }) => model), (targets[columns.length] ?? first).model])}
            >
              {t("addColumn")}
            </Button>
          )}
          {turns.length === 0 && (
            <EmptyState icon={FlaskConical} title={t("emptyTitle")}>
              {t("emptyBody")}
            </EmptyState>
          )}
          {turns.map((turn) => (
            <article key={turn.id} className="flex min-w-0 flex-col gap-2">
              <Asked prompt={turn.prompt} />
              <div className={grid}>
                {columns.map(({ id, model }) => {
                  const answer = turn.answers[id];
                  return answer ? (
                    <AnswerView key={id} answer={answer} prices={prices} name={nameOf(model)} />
                  ) : (
                    <span key={id} aria-hidden className="hidden md:block" />
                  );
                })}
              </div>
            </article>
          ))}
          <Composer
            draft={draft}
            onDraft={setDraft}
            running={running}
            onStop={stop}
            onSend={(prompt) => {
              send({ columns, prompt, settings, failFirstTier });
              setDraft("");
            }}
            blind={blind.map(({ model }) => nameOf(model))}
          />
        </div>
        <Card title={t("settings")} className="lg:sticky lg:top-4">
          <div className="flex min-w-0 flex-col gap-4">
            <Field label={t("system")} optional>
              <Textarea rows={3} value={system} onValueChange={setSystem} placeholder={t("systemExample")} />
            </Field>
            <Field label={t("temperature")} optional>
              <NumberInput
                value={parameters.temperature}
                onValueChange={(temperature) => void setParameters({ temperature })}
                min={0}
                max={2}
                step={0.1}
                placeholder={t("byModel")}
                className="max-w-none"
              />
            </Field>
            <Field label={t("maxTokens")} optional>
              <NumberInput
                value={parameters.max}
                onValueChange={(max) => void setParameters({ max })}
                min={1}
                max={1_000_000}
                step={100}
                placeholder={t("byModel")}
                className="max-w-none"
              />
            </Field>
            <Field label={t("stream")} inline>
              <Switch checked={parameters.stream} onCheckedChange={(stream) => void setParameters({ stream })} />
            </Field>
            <Field label={t("failFirstTier")} hint={t("failFirstTierHint")} inline>
              <Switch checked={failFirstTier} onCheckedChange={setFailFirstTier} />
            </Field>
            <p className="border-t pt-3 text-muted-foreground text-small">{t("keyNote")}</p>
          </div>
        </Card>
      </div>
      {codeFor !== null && (
        <CodeDialog model={codeFor} settings={settings} message={lastPrompt} onClose={() => setCodeFor(null)} />
      )}
    </PageBody>
  );
}

const labelOf = ({ label, provider }: PlaygroundTarget) => (provider === null ? label : `${provider} / ${label}`);

function optionsFor(
  targets: readonly PlaygroundTarget[],
  chosen: string,
  t: ReturnType<typeof useTranslations<"playground">>,
) {
  const options = targets.map((target) => ({ value: target.model, label: labelOf(target), hint: t(target.kind) }));
  // A link may name an alias, or a model as its vendors call it.
  if (targets.some(({ model }) => model === chosen)) return options;
  return [{ value: chosen, label: chosen, hint: t("byName") }, ...options];
}

function Asked({ prompt: { text, images } }: { prompt: Prompt }) {
  const t = useTranslations("playground");
  return (
    <section
      aria-label={t("asked")}
      className="flex min-w-0 flex-col gap-2 self-end rounded-card bg-accent px-3 py-2 text-accent-foreground"
    >
      {text !== "" && <p className="whitespace-pre-wrap break-words text-body">{text}</p>}
      {images.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {images.map((url, index) => (
            // biome-ignore lint/performance/noImgElement: a data URL of the reader's own, which nothing can optimise
            <img
              key={url.slice(-64)}
              src={url}
              alt={t("image", { n: index + 1 })}
              className="max-h-32 rounded-control"
            />
          ))}
        </div>
      )}
    </section>
  );
}
