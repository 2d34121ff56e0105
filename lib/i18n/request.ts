import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { instance } from "../server/instance.ts";
import { currentSession } from "../server/session.ts";
import { formats } from "./formats.ts";
import { isLocale, localeCookie, negotiateLocale } from "./locales.ts";
import { loadMessages } from "./messages.ts";
import { browserTimeZoneCookie, requestTimeZone, timeZoneCookie } from "./time-zone.ts";

/**
 * What next-intl needs for one request. `now` and `timeZone` are fixed here so that server and browser agree. A choice
 * made on this device (cookie) comes before the one kept with the account.
 */
export default getRequestConfig(async ({ locale: asked }) => {
  const [cookieStore, headerStore, { defaultLocale, defaultTimeZone }, session] = await Promise.all([
    cookies(),
    headers(),
    instance(),
    currentSession(),
  ]);
  const cookie = (name: string) => cookieStore.get(name)?.value;
  const locale = isLocale(asked)
    ? asked
    : negotiateLocale(cookie(localeCookie) ?? session?.locale, headerStore.get("accept-language"), defaultLocale);
  return {
    locale,
    messages: await loadMessages(locale),
    formats,
    timeZone: requestTimeZone([
      cookie(timeZoneCookie),
      session?.timeZone,
      cookie(browserTimeZoneCookie),
      defaultTimeZone,
    ]),
    now: new Date(),
  };
});
