/** Rows of the list that can be reached by keyboard, in order. */
function rowLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-call] [data-row-link]")];
}

/** The id of the row that has the focus; null = none has. */
export function focusedCall(): string | null {
  return document.activeElement?.closest<HTMLElement>("[data-call]")?.dataset["call"] ?? null;
}

/** Moves the focus to the next or previous row, to the first one when none has it. */
export function focusRow(step: 1 | -1): void {
  const links = rowLinks();
  const now = links.findIndex((link) => link.closest("[data-call]")?.contains(document.activeElement));
  const next = links[now < 0 ? 0 : now + step];
  next?.focus();
  next?.closest("[data-call]")?.scrollIntoView({ block: "nearest" });
}

/** The condition a cell stands for: of the one that is pointed at in the focused row, else of the focused one. */
export function pointedCondition(): { parameter: string; value: string } | null {
  const cell =
    document.activeElement?.closest<HTMLElement>("[data-filter]") ??
    document.querySelector<HTMLElement>("[data-call] [data-filter]:hover");
  const { filter: parameter, value } = cell?.dataset ?? {};
  return parameter && value ? { parameter, value } : null;
}
