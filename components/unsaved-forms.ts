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

/** Where the forms are: the path, and the place in the browser's history; null = the browser does not tell. */
let here: { path: string; index: number | null } = { path: "", index: null };
/** On the way back to the forms: nobody needs to hear of it. */
let returning = false;

function placeNow(): typeof here {
  return { path: location.pathname, index: window.navigation?.currentEntry?.index ?? null };
}

/** A new entry, or another query in the same one, is where the forms are from now on. */
function noteEntry({ navigationType }: NavigationCurrentEntryChangeEvent): void {
  if (navigationType !== "traverse") here = placeNow();
}

/**
 * Back and Forward have happened when a page hears of them. Who wants to stay is brought back before the router hears of
 * it, so that the page, and what was typed into it, is never gone.
 */
function askBeforeTraversal(event: PopStateEvent): void {
  if (returning) {
    returning = false;
    event.stopImmediatePropagation();
    return;
  }
  if (unsaved.size === 0) return;
  const target = placeNow();
  if (target.path === here.path || mayLeave()) {
    here = target;
    return;
  }
  event.stopImmediatePropagation();
  returning = true;
  // Without a place in the history it was Back: that is by far the more frequent one.
  const steps = here.index === null || target.index === null ? 1 : here.index - target.index;
  history.go(steps);
}

/**
 * Listens for Back and Forward. To be called before the router begins to: on the window listeners are asked in the order
 * in which they came, those for the capturing phase too.
 */
export function watchTraversals(): void {
  window.addEventListener("popstate", askBeforeTraversal);
  window.navigation?.addEventListener("currententrychange", noteEntry);
}

/** From now on the reader is asked `question` before the page is left. @returns ends it */
export function guardForm(question: string): () => void {
  const form = Symbol("form");
  if (unsaved.size === 0) {
    window.addEventListener("beforeunload", askBeforeUnload);
    // Before anything of React hears of the click, or the link would be followed all the same.
    document.addEventListener("click", askBeforeLink, { capture: true });
    here = placeNow();
  }
  unsaved.set(form, question);
  return () => {
    unsaved.delete(form);
    if (unsaved.size > 0) return;
    window.removeEventListener("beforeunload", askBeforeUnload);
    document.removeEventListener("click", askBeforeLink, { capture: true });
  };
}
