// Values as people read them; the same steps as core/units.py: three significant figures, never without unit.

const TIME = [[1e-6, "µs"], [1e-3, "ms"], [1, "s"], [60, "min"], [3600, "h"], [86_400, "d"]];
const BYTES = [[1, "B"], [1024, "KiB"], [1024 ** 2, "MiB"], [1024 ** 3, "GiB"], [1024 ** 4, "TiB"], [1024 ** 5, "PiB"]];
const COUNT = [[1, ""], [1e3, "k"], [1e6, "M"], [1e9, "B"]];
const SCALES = {
  seconds: [TIME, 1, ""], milliseconds: [TIME, 1e-3, ""], microseconds: [TIME, 1e-6, ""],
  bytes: [BYTES, 1, ""], bytes_per_second: [BYTES, 1, "/s"], per_second: [COUNT, 1, "/s"],
  count: [COUNT, 1, ""], capacity: [COUNT, 1, ""], usd_per_hour: [[[1, "USD/h"]], 1, ""],
};

export function formatValue(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return "no data";
  if (unit === "share") return `${figures(value * 100)} %`;
  if (/^[A-Z]{3}$/.test(unit)) return `${money(value)} ${unit}`;
  const [steps, base, suffix] = SCALES[unit] ?? [COUNT, 1, ""];
  const plain = value * base;
  if (plain === 0) return `0${zeroUnit(unit)}`;
  const [size, name] = stepFor(steps, plain);
  return joined(figures(plain / size), name, suffix);
}

/** What one step of the unit is called and how big it is: [divisor, name] for a largest value. */
export function scaleFor(unit, largest) {
  if (unit === "share") return [0.01, "%"];
  if (/^[A-Z]{3}$/.test(unit)) return [1, unit];
  const [steps, base, suffix] = SCALES[unit] ?? [COUNT, 1, ""];
  const [size, name] = stepFor(steps, Math.abs(largest * base) || base);
  return [size / base, joined("", name, suffix)];
}

function stepFor(steps, value) {
  // A minute of seconds is still read in seconds: the next step starts at twice its size for min and h.
  const reached = steps.filter(([size, name]) => Math.abs(value) >= (/^(min|h|d)$/.test(name) ? 2 : 0.9995) * size);
  return reached.at(-1) ?? steps[0];
}

function zeroUnit(unit) {
  return { seconds: " s", milliseconds: " ms", microseconds: " µs", bytes: " B", bytes_per_second: " B/s", per_second: "/s", usd_per_hour: " USD/h" }[unit] ?? "";
}

function joined(number, name, suffix) {
  const space = name && number ? " " : "";
  return `${number}${space}${name}${suffix}`;
}

/** Three significant figures without trailing zeros or exponents. */
export function figures(value) {
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size >= 3) return Math.round(value).toLocaleString("en-GB").replaceAll(",", "\u202f");
  return String(Number(value.toFixed(Math.min(Math.max(2 - size, 0), 8))));
}

function money(value) {
  const size = Math.abs(value);
  if (size >= 10_000) return `${figures(value / 1000)} k`;
  return value.toFixed(size >= 100 ? 0 : size >= 0.1 || size === 0 ? 2 : 4);
}
