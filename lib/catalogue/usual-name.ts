import { versionSuffix } from "./match.ts";

/** What routers write behind a model to say how it is served; it stays the same model. */
const variant = /:(?:free|nitro|floor|online|extended|latest)$/i;

/**
 * The name people use for a model: without its maker (`openai/`), the way it is served (`:free`) and its version
 * (`-2024-08-06`, `-latest`). Several versions of one model have the same usual name.
 */
export function usualName(model: string): string {
  const last = model.slice(model.lastIndexOf("/") + 1).replace(variant, "");
  let name = last;
  for (;;) {
    const shorter = name.replace(versionSuffix, "");
    if (shorter === name || shorter === "") return name || last || model;
    name = shorter;
  }
}
