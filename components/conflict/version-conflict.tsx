"use client";

import dynamic from "next/dynamic";
import type { ConflictDialogProps } from "./conflict-dialog";
import { isVersionConflict } from "./is-version-conflict";

const ConflictDialog = dynamic(() => import("./conflict-dialog").then((module) => module.ConflictDialog), {
  ssr: false,
});

/**
 * What a form shows when somebody else saved its object first: what they changed, what was changed here, and whose is to
 * count. Needs the namespace `changes`. Render it beside the form, with the error of its last save.
 */
export function VersionConflict({ error, ...props }: ConflictDialogProps & { error: unknown }) {
  return isVersionConflict(error) ? <ConflictDialog {...props} /> : null;
}
