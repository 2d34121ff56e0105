/** What API Proxy answers by these public names, apart from models of the same name: vendor → its model. */
export const mappedModels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "gpt-4": { anthropic: "claude-3-opus-20240229" },
  "gpt-4-turbo": { openai: "gpt-4-turbo-preview", anthropic: "claude-3-sonnet-20240229", azure: "gpt-4" },
  "gpt-3.5-turbo": { anthropic: "claude-3-haiku-20240307", azure: "gpt-35-turbo" },
};

/** Models API Proxy knows without a provider file, by vendor. Its database names none. */
export const builtInModels: Readonly<Record<string, readonly string[]>> = {
  openai: ["gpt-4", "gpt-4-turbo-preview", "gpt-3.5-turbo"],
  anthropic: ["claude-3-opus-20240229", "claude-3-sonnet-20240229", "claude-3-haiku-20240307"],
  azure: ["gpt-4", "gpt-35-turbo"],
};
