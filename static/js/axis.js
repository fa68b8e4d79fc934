// Round ticks in the unit people read, for the y axis.

import { figures, scaleFor } from "./format.js";

const TICKS = 4;

/** {values, texts, range} for an extent [smallest, largest] in the series' own unit. */
export function axisTicks([smallest, largest], unit, fromZero) {
  const [divisor, name] = scaleFor(unit, Math.max(Math.abs(smallest), Math.abs(largest)));
  const nearZero = fromZero || smallest >= 0 && smallest < largest * 0.6;
  const low = (nearZero ? Math.min(0, smallest) : smallest) / divisor;
  const high = largest / divisor > low ? largest / divisor : low + 1;
  const step = niceStep((high - low) / TICKS, unit, divisor);
  const bottom = Math.floor(low / step + 1e-9) * step;
  const values = [];
  for (let value = bottom; value <= high + step * 0.35; value += step) values.push(value);
  const top = Math.max(high + (high - low) * 0.06, values.at(-1));
  return {
    values: values.map((value) => value * divisor),
    texts: values.map((value) => (Math.abs(value) < step / 1e6 ? "0" : `${figures(value)}${name && name !== "/s" ? " " : ""}${name}`)),
    range: [bottom * divisor, top * divisor],
  };
}

function niceStep(rough, unit, divisor) {
  const whole = unit === "count" && divisor === 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999);
  return whole ? Math.max(1, Math.round(step)) : step;
}
