import { ticksFromIso, unixMs } from "../../model/ticks.ts";

/** The time modifiers: which number of a date is compared (specification, "Time Modifiers"). */
export const DATE_PARTS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type DatePart = (typeof DATE_PARTS)[number];

/** The least and the greatest that each can be. */
export const DATE_RANGES: Readonly<Record<DatePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [1, 9999],
};

/** One number of an ISO 8601 time, in UTC; undefined when the text is no time. Weeks are those of ISO 8601, 1 to 53. */
export function datePartOf(text: string, part: DatePart): number | undefined {
  const ticks = ticksFromIso(text);
  if (ticks === undefined) return undefined;
  const date = new Date(unixMs(ticks));
  switch (part) {
    case "minute":
      return date.getUTCMinutes();
    case "hour":
      return date.getUTCHours();
    case "day":
      return date.getUTCDate();
    case "week":
      return isoWeek(date);
    case "month":
      return date.getUTCMonth() + 1;
    case "year":
      return date.getUTCFullYear();
  }
}

const DAY_MS = 86_400_000;

/** The week of a day is that of its Thursday, counted in the Thursday's year. */
function isoWeek(date: Date): number {
  const day = Math.floor(date.getTime() / DAY_MS);
  // 1970-01-01 was a Thursday: days since then, plus three, count from a Monday.
  const thursday = day - ((((day + 3) % 7) + 7) % 7) + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  return Math.floor((thursday - Date.UTC(year, 0, 1) / DAY_MS) / 7) + 1;
}
