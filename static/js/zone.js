// The user's time zone, which may differ from the browser's: offsets, and clock texts.

const zone = document.documentElement.dataset.zone || "UTC";
const HOUR = 3_600_000;
const offsets = new Map(); // hour → offset, because asking Intl for every point is slow
const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
});

/** Milliseconds by which the zone is ahead of UTC at a moment. */
export function offsetAt(moment) {
  const hour = Math.floor(moment / HOUR);
  if (!offsets.has(hour)) {
    const at = hour * HOUR;
    const part = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    offsets.set(hour, Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - at);
  }
  return offsets.get(hour);
}

/** A moment as the number whose UTC reading is the zone's clock. */
export function toClock(moment) {
  return moment + offsetAt(moment);
}

export function fromClock(clock) {
  const guess = clock - offsetAt(clock);
  return clock - offsetAt(guess);
}

/** Epoch seconds of a datetime-local text, read in the user's zone. */
export function toEpoch(text) {
  return Math.floor(fromClock(Date.parse(`${text}Z`)) / 1000);
}

export function clockText(moment, withDay) {
  const options = { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
  if (withDay) Object.assign(options, { day: "numeric", month: "short" });
  return new Intl.DateTimeFormat("en-GB", options).format(moment);
}

export const zoneName = zone;
