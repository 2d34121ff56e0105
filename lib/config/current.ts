import type { ConfigDeployment, ConfigFailKeyword, ConfigGroup, ConfigKey, ConfigProvider } from "../schemas/config.ts";
import type { SettingValues } from "../schemas/settings.ts";

/** Where a row comes from; `file` = the mounted provider file, which alone may change it. */
type Sourced = { source: string };

export type CurrentProvider = Omit<ConfigProvider, "deployments"> &
  Sourced & { deployments: (ConfigDeployment & Sourced)[] };
export type CurrentGroup = ConfigGroup & Sourced;
export type CurrentKey = ConfigKey & Sourced & { id: string };
export type CurrentKeyword = ConfigFailKeyword & { id: string };

/**
 * The stored configuration. Keys, credentials and fail keywords carry their ids; secrets that can be opened are here in
 * plain, to be compared with, and go nowhere from here.
 */
export type CurrentConfig = {
  /** How often the configuration has changed. */
  version: number;
  providers: CurrentProvider[];
  groups: CurrentGroup[];
  keys: CurrentKey[];
  failKeywords: CurrentKeyword[];
  settings: Partial<SettingValues>;
};
