// Apart from the schemas, so that pages need none of them.

export const healthRanges = ["1h", "24h", "7d", "90d"] as const;
export const healthModes = ["deployments", "groups", "providers"] as const;

/** Cells with fewer attempts say little. */
export const fewCalls = 20;
