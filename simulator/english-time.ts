import { isoFromTicks, type Ticks, unixMs } from "../model/ticks.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `4:04:17 PM`, as an American Windows in UTC prints it. */
export function clockTime(at: Ticks): string {
  const [hour = 0, minute = 0, second = 0] = isoFromTicks(at).slice(11, 19).split(":").map(Number);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${hour % 12 || 12}:${two(minute)}:${two(second)} ${hour < 12 ? "AM" : "PM"}`;
}

/** `10/3/2013` */
export function shortDate(at: Ticks): string {
  const date = new Date(unixMs(at));
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
}

/** `Thursday, October 03, 2013` */
export function longDate(at: Ticks): string {
  const date = new Date(unixMs(at));
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${WEEKDAYS[date.getUTCDay()]}, ${MONTHS[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()}`;
}
