/** What a change of prices changes. */
export const modelKeys = [["models"], ["providers"], ["deployments"]] as const;
