/** A key as the quickstart offers it. `groups`: names, or `*` for all. */
export type QuickstartKey = { id: string; name: string; preview: string; groups: string[] };

export type QuickstartChoices = {
  /** Epoch ms at the server, by which calls of before are told from those awaited. */
  serverTimeMs: number;
  groups: string[];
  keys: QuickstartKey[];
};
