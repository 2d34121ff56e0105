"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useSessionLost } from "../lost-session";
import type { SettingsPage } from "../palette/everything";
import { useMarkedShortcuts } from "../shortcuts/marked";
import { useShortcut } from "../shortcuts/use-shortcut";
import { mayLeave } from "../unsaved-forms";
import { showLayer, useLayer } from "./layer";
import type { NavigationItem } from "./navigation";
import { useNavigation } from "./use-navigation";

// Nothing here is needed for the first picture, and most of it only when somebody asks for it.
const ShortcutListener = dynamic(() => import("../shortcuts/listener"), { ssr: false });
const ShortcutSheet = dynamic(() => import("../shortcuts/shortcut-sheet"), { ssr: false });
const Palette = dynamic(() => import("../palette/palette"), { ssr: false });
const LostSessionDialog = dynamic(() => import("./lost-session-dialog"), { ssr: false });

/** The keys that work on every page, and what they and the session lay over it. */
export function ShellLayers({ settingsPages }: { settingsPages: readonly SettingsPage[] }) {
  const layer = useLayer();
  const lost = useSessionLost();
  const groups = useNavigation();
  useShortcut("shell.shortcuts", () => showLayer("shortcuts"));
  useShortcut("shell.palette", () => showLayer(layer === "palette" ? null : "palette"), { inDialog: true });
  useMarkedShortcuts();
  const close = () => showLayer(null);
  return (
    <>
      <ShortcutListener />
      {groups.flatMap((group) => group.items.map((item) => <Jump key={item.href} item={item} />))}
      {layer === "shortcuts" && <ShortcutSheet onClose={close} />}
      {layer === "palette" && <Palette settingsPages={settingsPages} onClose={close} />}
      {lost && <LostSessionDialog />}
    </>
  );
}

function Jump({ item }: { item: NavigationItem }) {
  const router = useRouter();
  useShortcut(`go.${item.label}`, () => {
    if (mayLeave()) router.push(item.href);
  });
  return null;
}
