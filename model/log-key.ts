/** Tells the log of one computer's channel from every other: computers are the same in any case. */
export function logKey(computer: string, channel: string): string {
  return `${computer.toLowerCase()}\u0000${channel}`;
}
