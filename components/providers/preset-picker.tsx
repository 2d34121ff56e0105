"use client";

import { useQuery } from "@tanstack/react-query";
import { SquarePen } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { api } from "@/components/api-client";
import { QueryError } from "@/components/query-error";
import { Input } from "@/components/ui/input";
import { Monogram } from "@/components/ui/monogram";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Page } from "@/lib/schemas/common";
import type { PresetView } from "@/lib/schemas/presets";
import { searchPresets } from "./preset-search";

/** What a new provider starts from, while it is asked for. They only change with the product. */
export function usePresets(enabled: boolean) {
  return useQuery({
    queryKey: ["presets"],
    queryFn: () => api.get<Page<PresetView>>("/api/admin/presets"),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** In the search, Enter takes the first tile; the arrows walk from tile to tile and back up into the search. */
function useTileKeys() {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const stops = [...(list.current?.querySelectorAll<HTMLElement>("input, button[data-tile]") ?? [])];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (at === 0 && event.key === "Enter") {
      event.preventDefault();
      stops[1]?.click();
      return;
    }
    const sideways = at > 0 && (event.key === "ArrowRight" || event.key === "ArrowLeft");
    if (!sideways && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    stops[at + (event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : -1)]?.focus();
  };
  return { list, onKeyDown };
}

/** The services to choose from; null stands for a custom provider. */
export function PresetPicker({ onPick }: { onPick: (preset: PresetView | null) => void }) {
  const t = useTranslations("providers.picker");
  const [query, setQuery] = useState("");
  const { list, onKeyDown } = useTileKeys();
  const presets = usePresets(true);
  const sections = searchPresets(presets.data?.items ?? [], query);
  const custom = (
    <Tile icon={<SquarePen aria-hidden className="size-4" strokeWidth={1.75} />} onClick={() => onPick(null)}>
      <span className="block font-medium">{t("custom")}</span>
      <span className="block text-muted-foreground text-small">{t("customHint")}</span>
    </Tile>
  );
  return (
    // The keys move the focus between controls that all work without them.
    // biome-ignore lint/a11y/noStaticElementInteractions: listens for keys of the controls inside
    <div ref={list} onKeyDown={onKeyDown} className="flex flex-col gap-5">
      <Input
        type="search"
        value={query}
        onValueChange={setQuery}
        placeholder={t("search")}
        aria-label={t("search")}
        autoFocus
        autoComplete="off"
        spellCheck={false}
      />
      <QueryError query={presets} />
      {presets.isPending && <SkeletonRows rows={6} />}
      {presets.data && sections.length === 0 && (
        <div className="flex flex-col gap-1">
          <p>{t("none", { query })}</p>
          <p className="text-muted-foreground">{t("noneHint")}</p>
        </div>
      )}
      {sections.map(({ group, presets: shown }) => (
        <section key={group} aria-label={t(`group.${group}`)} className="flex flex-col gap-2">
          <h3 className="font-medium text-muted-foreground text-small">{t(`group.${group}`)}</h3>
          <div className="grid gap-2 sm:grid-cols-2">
            {shown.map((preset) => (
              <Tile
                key={preset.id}
                icon={<Monogram name={preset.name} letters={preset.letters} slot={preset.slot} />}
                onClick={() => onPick(preset)}
              >
                <span className="font-medium">{preset.name}</span>
              </Tile>
            ))}
            {query === "" && group === "popular" && custom}
          </div>
        </section>
      ))}
      {(query !== "" || presets.isError) && <div className="grid gap-2 sm:grid-cols-2">{custom}</div>}
    </div>
  );
}

/** The most used services and a custom one, as ways into the import; the demo says that it is on already. */
export function PresetTiles() {
  const t = useTranslations("providers.picker");
  const presets = usePresets(true);
  const popular = presets.data?.items.filter(({ group }) => group === "popular") ?? [];
  return (
    <div className="flex flex-col gap-3">
      <QueryError query={presets} />
      {presets.isPending && <SkeletonRows rows={4} />}
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
        {popular.map((preset) => (
          <li key={preset.id}>
            <Link href={`/providers/import?preset=${preset.id}`} className={tileClass}>
              <Monogram name={preset.name} letters={preset.letters} slot={preset.slot} />
              <span className="min-w-0 font-medium">{preset.name}</span>
            </Link>
          </li>
        ))}
        <li>
          <Link href="/providers/import" className={tileClass}>
            <span className="flex size-7 shrink-0 items-center justify-center">
              <SquarePen aria-hidden className="size-4" strokeWidth={1.75} />
            </span>
            <span className="min-w-0 font-medium">{t("all")}</span>
          </Link>
        </li>
      </ul>
    </div>
  );
}

const tileClass =
  "flex min-h-12 w-full min-w-0 items-center gap-3 rounded-card border bg-card px-3 py-2 text-start transition-colors hover:bg-muted";

function Tile({ icon, onClick, children }: { icon: ReactNode; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" data-tile onClick={onClick} className={tileClass}>
      <span className="flex size-7 shrink-0 items-center justify-center">{icon}</span>
      <span className="min-w-0">{children}</span>
    </button>
  );
}
