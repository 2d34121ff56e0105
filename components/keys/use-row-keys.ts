"use client";

import { useRouter } from "next/navigation";
import type { KeyView } from "@/lib/schemas/keys";
import { isFromFile } from "../from-file";
import { markedUpTo } from "../logs/rows";
import { useShortcut } from "../shortcuts/use-shortcut";
import { useCopy } from "../ui/copy-button";

const rowOf = (element: Element | null) => element?.closest<HTMLElement>("[data-key-row]") ?? null;
const focusedId = () => rowOf(document.activeElement)?.dataset["keyRow"] ?? null;

/** Moves the focus to the name in the next or previous row, to the first one when none has it. */
function focusRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-key-row] [data-row-link]")];
  const now = links.findIndex((link) => rowOf(link)?.contains(document.activeElement));
  const next = links[now < 0 ? 0 : now + step];
  next?.focus();
  rowOf(next ?? null)?.scrollIntoView({ block: "nearest" });
}

/** The keys of the list of API keys: walk, open, select, copy, act on the row that has the focus. */
export function useRowKeys({
  keys,
  chosen,
  choose,
  lastChosen,
  onRotate,
  mayChange,
}: {
  keys: readonly KeyView[];
  chosen: ReadonlySet<string>;
  choose: (chosen: ReadonlySet<string>) => void;
  /** Where a range begins. */
  lastChosen: { current: string | null };
  onRotate: (key: KeyView) => void;
  mayChange: boolean;
}): void {
  const router = useRouter();
  const { copy } = useCopy();
  const focused = () => keys.find(({ id }) => id === focusedId());
  const when = () => focused() !== undefined;
  const onRow = (act: (key: KeyView) => void) => () => {
    const key = focused();
    if (key) act(key);
  };
  const select = (upTo: boolean) =>
    onRow(({ id }) => {
      choose(markedUpTo(keys, chosen, id, upTo ? lastChosen.current : null));
      lastChosen.current = id;
    });
  useShortcut("list.next", () => focusRow(1), { enabled: keys.length > 0 });
  useShortcut("list.previous", () => focusRow(-1), { enabled: keys.length > 0 });
  useShortcut(
    "list.open",
    onRow(({ id }) => router.push(`/keys/${id}`)),
    { when },
  );
  useShortcut(
    "list.openInTab",
    onRow(({ id }) => window.open(`/keys/${id}`, "_blank", "noopener")),
    { when },
  );
  useShortcut("list.select", select(false), { when, enabled: mayChange });
  useShortcut("list.selectRange", select(true), { when, enabled: mayChange });
  useShortcut(
    "list.actions",
    () => rowOf(document.activeElement)?.querySelector<HTMLElement>("[aria-haspopup=menu]")?.click(),
    { when },
  );
  useShortcut(
    "list.copyId",
    onRow(({ id }) => void copy(id)),
    { when },
  );
  useShortcut(
    "list.copyLink",
    onRow(({ id }) => void copy(`${window.location.origin}/keys/${id}`)),
    { when },
  );
  useShortcut("keys.rotate", onRow(onRotate), {
    enabled: mayChange,
    when: () => {
      const key = focused();
      return key !== undefined && !isFromFile(key);
    },
  });
}
