"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check } from "lucide-react";
import { usePopupRoot } from "./popup-root";
import type { PopupState } from "./popup-trigger";
import type { SelectOption } from "./select";

export type SelectPopupProps = {
  popup: PopupState;
  options: readonly SelectOption<string>[];
  value: string | null;
  onValueChange: (value: string) => void;
};

/** The heavy half of a select: the list, with type-ahead, arrows and Escape. */
export function SelectPopup({ popup, options, value, onValueChange }: SelectPopupProps) {
  const root = usePopupRoot(popup);
  const { anchor } = popup;
  return (
    <Base.Root
      {...root}
      value={value}
      items={options.map(({ value: one, label }) => ({ value: one, label }))}
      onValueChange={(next: string | null) => {
        if (next !== null) onValueChange(next);
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup
            id={popup.id}
            finalFocus={() => anchor}
            className="max-h-(--available-height) min-w-(--anchor-width) max-w-(--available-width) overflow-y-auto rounded-card border bg-popover p-1 text-foreground shadow-popover outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex min-h-8 cursor-default select-none items-start gap-2 rounded-control px-2 py-1.5 text-body outline-none data-disabled:opacity-50 data-highlighted:bg-accent data-highlighted:text-accent-foreground touch:min-h-11 touch:items-center"
              >
                <span className="flex h-5 w-4 shrink-0 items-center">
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-4" />
                  </Base.ItemIndicator>
                </span>
                <span className="flex min-w-0 flex-col">
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.hint && <span className="text-muted-foreground text-small">{option.hint}</span>}
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
