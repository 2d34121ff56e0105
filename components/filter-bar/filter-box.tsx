"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState } from "react";
import { type FilterLanguage, type FilterNote, type FilterText, parseFilter, printFilter } from "@/lib/filter-language";
import { useShortcut } from "../shortcuts/use-shortcut";
import { Input } from "../ui/input";

/** The filter as text. What cannot be meant is told below the box, and stays in it to be put right. */
export function FilterBox({
  language,
  filter,
  placeholder,
  onChange,
}: {
  language: FilterLanguage;
  filter: FilterText;
  placeholder: string;
  onChange: (filter: FilterText) => void;
}) {
  const t = useTranslations("filterBar");
  const printed = printFilter(filter, language);
  const [typed, setTyped] = useState(printed);
  const [shown, setShown] = useState(printed);
  const [notes, setNotes] = useState<readonly FilterNote[]>([]);
  const box = useRef<HTMLInputElement>(null);
  // The filter changed somewhere else: by a facet, a chip, the way back.
  if (printed !== shown) {
    setShown(printed);
    if (notes.length === 0 || printFilter(parseFilter(typed, language).filter, language) !== printed) {
      setTyped(printed);
      setNotes([]);
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = parseFilter(typed, language);
    setNotes(read.notes);
    onChange(read.filter);
  };
  const add = () => {
    box.current?.focus();
    if (typed !== "" && !typed.endsWith(" ")) setTyped(`${typed} `);
  };
  useShortcut("filter.add", add);
  const names = Object.keys(language.fields).join(", ");
  return (
    <form onSubmit={submit} className="col-span-full flex min-w-0 flex-1 basis-60 flex-col gap-1">
      <div className="relative">
        <Input
          ref={box}
          type="text"
          role="searchbox"
          data-shortcut="filter.focus"
          aria-label={t("search")}
          aria-describedby={notes.length > 0 ? "filter-notes" : undefined}
          title={t("hint", { names })}
          placeholder={placeholder}
          value={typed}
          onValueChange={setTyped}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="search"
          className="h-8 pe-9 text-small touch:h-11 touch:pe-12"
          onKeyDown={(event) => {
            // Enter that ends a composition chooses a character; it does not search.
            if (event.key === "Enter" && event.nativeEvent.isComposing) event.preventDefault();
          }}
        />
        <button
          type="submit"
          aria-label={t("search")}
          className="absolute inset-y-0 end-0 flex w-8 items-center justify-center rounded-control text-muted-foreground hover:text-foreground touch:w-11"
        >
          <Search aria-hidden className="size-4" strokeWidth={1.75} />
        </button>
      </div>
      <div id="filter-notes" role="status">
        {notes.map(({ part, problem }) => (
          <p key={`${problem}-${part}`} className="text-small text-warning">
            {t(`note.${problem}`, { part, names })}
          </p>
        ))}
      </div>
    </form>
  );
}
