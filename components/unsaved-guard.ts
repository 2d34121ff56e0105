"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { guardForm } from "./unsaved-forms";

/** While `dirty`, the reader is asked before the page is closed or left: by a link of the console, by Back and Forward. */
export function useUnsavedGuard(dirty: boolean): void {
  const question = useTranslations("common")("leaveUnsaved");
  useEffect(() => (dirty ? guardForm(question) : undefined), [dirty, question]);
}
