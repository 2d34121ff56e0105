"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useMarkedShortcuts } from "../shortcuts/marked";
import { useShortcut } from "../shortcuts/use-shortcut";
import type { NavigationItem } from "./navigation";
import { useNavigation } from "./use-navigation";

// Nothing here is needed for the first picture, and most of it only when somebody asks for it.
const ShortcutListener = dynamic(() => import("../shortcuts/listener"), { ssr: false });
const ShortcutSheet = dynamic(() => import("../shortcuts/shortcut-sheet"), { ssr: false });

/** The keys that work on every page: to each page of the navigation, and the sheet that lists them all. */
export function ShellKeys() {
  const [sheetOpen, setSheetOpen] = useState(false);
  const groups = useNavigation();
  useShortcut("shell.shortcuts", () => setSheetOpen(true));
  useMarkedShortcuts();
  return (
    <>
      <ShortcutListener />
      {groups.flatMap((group) => group.items.map((item) => <Jump key={item.href} item={item} />))}
      {sheetOpen && <ShortcutSheet onClose={() => setSheetOpen(false)} />}
    </>
  );
}

function Jump({ item }: { item: NavigationItem }) {
  const router = useRouter();
  useShortcut(`go.${item.label}`, () => router.push(item.href));
  return null;
}
