import {
  FileDown,
  Keyboard,
  KeyRound,
  Layers,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Plug,
  Power,
  Rows2,
  Rows3,
  Sun,
} from "lucide-react";
import type { Locale } from "@/lib/i18n/locales";
import type { Permission } from "@/lib/schemas/roles";
import type { Density, Theme } from "@/lib/theme";
import type { Layer } from "../shell/layer";

/** What choosing an action does. */
export type Act =
  | { go: string }
  | { theme: Theme }
  | { density: Density }
  | { locale: Locale }
  | { layer: Layer }
  | { choose: "disableProvider" }
  | "signOut";

type ActionName =
  | "createKey"
  | "createGroup"
  | "addProvider"
  | "importConfig"
  | "disableProvider"
  | "themeLight"
  | "themeDark"
  | "themeSystem"
  | "densityCompact"
  | "densityComfortable"
  | "shortcuts"
  | "signOut";

export type Action = {
  name: ActionName;
  icon: LucideIcon;
  act: Act;
  /** Without it the act would be refused. Default: everyone. */
  permission?: Permission;
  /** What else people type for it: English, and other languages on a Latin keyboard. */
  words: string;
};

export const actions: readonly Action[] = [
  {
    name: "createKey",
    icon: KeyRound,
    act: { go: "/keys?new=true" },
    permission: "admin",
    words: "create new api key xinjian miyao xjmy sakusei",
  },
  {
    name: "createGroup",
    icon: Layers,
    act: { go: "/groups?new=true" },
    permission: "write",
    words: "create new group xinjian fenzu xjfz sakusei",
  },
  {
    name: "addProvider",
    icon: Plug,
    act: { go: "/providers/import" },
    permission: "write",
    words: "add new provider connect tianjia gongyingshang tjgys tsuika",
  },
  {
    name: "importConfig",
    icon: FileDown,
    act: { go: "/settings/import" },
    permission: "admin",
    words: "import configuration yaml daoru peizhi dr huiru inpooto",
  },
  {
    name: "disableProvider",
    icon: Power,
    act: { choose: "disableProvider" },
    permission: "write",
    words: "disable provider switch off tingyong ty mukou",
  },
  { name: "themeLight", icon: Sun, act: { theme: "light" }, words: "light theme bright qianse zhuti qs raito" },
  { name: "themeDark", icon: Moon, act: { theme: "dark" }, words: "dark theme night shense zhuti ss daaku" },
  { name: "themeSystem", icon: Monitor, act: { theme: "system" }, words: "system theme genxing xitong shisutemu" },
  {
    name: "densityCompact",
    icon: Rows3,
    act: { density: "compact" },
    words: "compact dense rows density jincou jc konpakuto",
  },
  {
    name: "densityComfortable",
    icon: Rows2,
    act: { density: "comfortable" },
    words: "comfortable roomy rows density kuansong ks yuttari",
  },
  {
    name: "shortcuts",
    icon: Keyboard,
    act: { layer: "shortcuts" },
    words: "keyboard shortcuts keys help kuaijiejian kjj shootokatto",
  },
  {
    name: "signOut",
    icon: LogOut,
    act: "signOut",
    words: "sign out log out logout tuichu tc dengchu saiauto roguauto",
  },
];
