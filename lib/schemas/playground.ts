/** Where a key comes from that the console made for its playground. */
export const playgroundSource = "playground";
/** Its name in the call log, so that `key:playground` finds what was tried by hand. */
export const playgroundKeyName = "playground";
export const playgroundMinutes = 30;
/** What one such key may use until it ends. */
export const playgroundLimits = { budgetNanos: 5_000_000_000, rpm: 60, concurrent: 6 } as const;

/** The answer to POST: the only one that carries the key. Money is decimal USD, times RFC 3339. */
export type PlaygroundSession = { key: string; keyId: string; expiresAt: string; budgetUsd: string };

/** Who can be asked in the playground. Prices are decimal USD per million tokens; null = unknown. */
export type PlaygroundTarget = {
  kind: "group" | "deployment";
  /** What a call names as its model. */
  model: string;
  label: string;
  /** Of a deployment: its provider and the model asked there. */
  provider: string | null;
  vision: boolean;
};

/** What tokens cost at a provider's model. */
export type PlaygroundPrice = {
  provider: string;
  model: string;
  inputPrice: string | null;
  outputPrice: string | null;
};

export type PlaygroundChoices = { targets: PlaygroundTarget[]; prices: PlaygroundPrice[] };
