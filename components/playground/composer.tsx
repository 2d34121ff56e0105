"use client";

import { ImagePlus, Send, Square, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useRef, useState } from "react";
import { useFormat } from "../format";
import { Button, IconButton } from "../ui/button";
import { Field } from "../ui/field";
import { Textarea } from "../ui/input";
import type { Prompt } from "./conversation";

const mostImages = 4;
const mostImageBytes = 5_000_000;

/** Enter sends, Shift+Enter begins a line; while an input method composes, Enter belongs to it. */
export function Composer({
  draft,
  onDraft,
  running,
  onSend,
  onStop,
  blind,
}: {
  draft: string;
  onDraft: (text: string) => void;
  running: boolean;
  onSend: (prompt: Prompt) => void;
  onStop: () => void;
  /** Names of those that take no images. */
  blind: readonly string[];
}) {
  const t = useTranslations("playground");
  const format = useFormat();
  const [images, setImages] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const ready = !running && (draft.trim() !== "" || images.length > 0);
  const send = () => {
    if (!ready) return;
    onSend({ text: draft.trim(), images });
    setImages([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const attach = async (files: readonly File[]) => {
    const pictures = files.filter(({ type }) => type.startsWith("image/"));
    if (pictures.length === 0) return;
    const fitting = pictures.filter(({ size }) => size <= mostImageBytes).slice(0, mostImages - images.length);
    setProblem(
      fitting.length < pictures.length
        ? t("imagesMost", { count: mostImages, megabytes: format.integer(mostImageBytes / 1_000_000) })
        : null,
    );
    const urls = await Promise.all(fitting.map(dataUrl));
    setImages((before) => [...before, ...urls].slice(0, mostImages));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="sticky bottom-16 z-10 flex min-w-0 flex-col gap-2 rounded-card border bg-card p-3 md:bottom-4"
    >
      <Field label={t("message")} hideLabel>
        <Textarea
          rows={2}
          value={draft}
          onValueChange={onDraft}
          onKeyDown={onKeyDown}
          onPaste={(event) => void attach([...event.clipboardData.files])}
          placeholder={t("placeholder")}
        />
      </Field>
      {images.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {images.map((url, index) => (
            <li key={url.slice(-64)} className="flex items-center gap-1 rounded-control border p-1">
              {/* biome-ignore lint/performance/noImgElement: a data URL of the reader's own, which nothing can optimise */}
              <img src={url} alt={t("image", { n: index + 1 })} className="size-10 rounded-xs object-cover" />
              <IconButton
                icon={X}
                label={t("removeImage", { n: index + 1 })}
                onClick={() => setImages(images.filter((one) => one !== url))}
              />
            </li>
          ))}
        </ul>
      )}
      {images.length > 0 && blind.length > 0 && (
        <p className="text-small text-warning">{t("blind", { names: blind.join(", ") })}</p>
      )}
      {problem !== null && (
        <p role="alert" className="text-danger text-small">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={picker}
          type="file"
          accept="image/*"
          multiple
          aria-label={t("attach")}
          className="hidden"
          onChange={(event) => {
            void attach([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <Button icon={ImagePlus} size="compact" onClick={() => picker.current?.click()}>
          {t("attach")}
        </Button>
        <span className="hidden min-w-0 flex-1 text-muted-foreground text-small sm:block">{t("keysHint")}</span>
        <span className="ms-auto flex gap-2">
          {running ? (
            <Button icon={Square} onClick={onStop}>
              {t("stop")}
            </Button>
          ) : (
            <Button type="submit" variant="primary" icon={Send} disabled={!ready}>
              {t("send")}
            </Button>
          )}
        </span>
      </div>
    </form>
  );
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
