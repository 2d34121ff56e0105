import en from "../../messages/en.json" with { type: "json" };
import ja from "../../messages/ja.json" with { type: "json" };
import ko from "../../messages/ko.json" with { type: "json" };
import zhCN from "../../messages/zh-CN.json" with { type: "json" };
import zhTW from "../../messages/zh-TW.json" with { type: "json" };
import type { Locale } from "./console.ts";

/** The words of the console in each language, for journeys that walk through all of them. */
export const messages = { en, "zh-CN": zhCN, "zh-TW": zhTW, ja, ko } satisfies Record<Locale, unknown>;
