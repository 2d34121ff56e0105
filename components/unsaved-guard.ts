"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";

/** Forms with unsaved changes, each with its question in the reader's language. */
const unsaved = new Map<symbol, string>();

/** Asks before anything unsaved is lost. True where nothing is, or the reader wants to leave all the same. */
export function mayLeave(): boolean {
  const [question] = unsaved.values();
  return question === undefined || window.confirm(question);
}

const askBeforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();

/** A plain click on a link to another page of the console; a new tab or a new query leaves the form where it is. */
function leaves(event: MouseEvent): boolean {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  if (!link || link.hasAttribute("download") || (link.target !== "" && link.target !== "_self")) return false;
  return link.origin === location.origin && link.pathname !== location.pathname;
}

function askBeforeLink(event: MouseEvent): void {
  if (!leaves(event) || mayLeave()) return;
  event.preventDefault();
  event.stopPropagation();
}

/** While `dirty`, the reader is asked before the page is closed or left, by a link of the console as well. */
export function useUnsavedGuard(dirty: boolean): void {
  const question = useTranslations("common")("leaveUnsaved");
  useEffect(() => {
    if (!dirty) return;
    const form = Symbol("form");
    if (unsaved.size === 0) {
      window.addEventListener("beforeunload", askBeforeUnload);
      // Before anything of React hears of the click, or the link would be followed all the same.
      document.addEventListener("click", askBeforeLink, { capture: true });
    }
    unsaved.set(form, question);
    return () => {
      unsaved.delete(form);
      if (unsaved.size > 0) return;
      window.removeEventListener("beforeunload", askBeforeUnload);
      document.removeEventListener("click", askBeforeLink, { capture: true });
    };
  }, [dirty, question]);
}
