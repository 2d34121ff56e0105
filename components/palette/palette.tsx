"use client";

import { Dialog } from "@base-ui/react/dialog";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { backdropClass } from "../ui/dialog-panel";
import { ChooseProvider, DisableProvider, type ProviderChoice } from "./disable-provider";
import { Everything, type SettingsPage } from "./everything";

/** Pages, things and actions, by name. Typing filters; a pasted call or request id goes to the call. */
export default function Palette({
  settingsPages,
  onClose,
}: {
  settingsPages: readonly SettingsPage[];
  onClose: () => void;
}) {
  const t = useTranslations("palette");
  const [choosing, setChoosing] = useState(false);
  const [chosen, setChosen] = useState<ProviderChoice | null>(null);
  if (chosen !== null) return <DisableProvider provider={chosen} onClose={onClose} />;
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center p-3 sm:p-6 sm:pt-[12dvh]">
          <Dialog.Popup
            aria-label={t("title")}
            className="flex max-h-[min(36rem,84dvh)] w-full max-w-xl flex-col overflow-hidden rounded-sheet border bg-popover shadow-sheet outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {choosing ? (
              <ChooseProvider onChoose={setChosen} />
            ) : (
              <Everything settingsPages={settingsPages} onClose={onClose} onChooseProvider={() => setChoosing(true)} />
            )}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
