import type { Formats } from "next-intl";

/** The only date and number formats of the console; pages name one of these and never pass options of their own. */
export const formats = {
  dateTime: {
    /** A row in a log: date and 24-hour time with seconds. `h23` avoids day-period words in zh-TW and ko. */
    log: {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    },
    /** The same in a list of this year's rows. */
    logOfYear: {
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    },
    time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    /** For readers whose zone is not known: the zone stands beside the time. */
    timeAndZone: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" },
    minute: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    /** A moment of these weeks, without its year: when something begins anew. */
    moment: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    /** One reset among others: the weekday tells a weekly schedule from a monthly one. */
    reset: { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    /** An end of a span that somebody chose: to the minute, with its year. */
    instant: {
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    },
    date: { year: "numeric", month: "short", day: "numeric" },
    day: { month: "short", day: "numeric" },
    month: { year: "numeric", month: "short" },
    /** For tooltips: everything, with the zone. */
    full: {
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
      hourCycle: "h23",
      timeZoneName: "short",
    },
  },
  number: {
    integer: { maximumFractionDigits: 0 },
    compact: { notation: "compact", maximumFractionDigits: 1 },
    percent: { style: "percent", maximumFractionDigits: 2, roundingMode: "floor" },
    decimal: { maximumFractionDigits: 2 },
  },
} satisfies Formats;
