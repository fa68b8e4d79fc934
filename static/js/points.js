// Points: fetched compactly, expanded here to moments and values.

const PER_REQUEST = 80;

/** Map of series id → {start, step, values} for a window in epoch seconds. */
export async function fetchPoints(address, ids, from, to, most = 500) {
  const requests = [];
  for (let first = 0; first < ids.length; first += PER_REQUEST) {
    const query = new URLSearchParams({ series: ids.slice(first, first + PER_REQUEST).join(","), from, to, points: most });
    requests.push(ask(`${address}?${query}`));
  }
  const answers = await Promise.all(requests);
  return { series: answers.flatMap(expand) };
}

async function ask(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-cache" });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}

function expand(answer) {
  return answer.series.map((line) => ({
    id: line.id, start: line.start ?? answer.start, step: line.step ?? answer.step, values: line.values,
  }));
}

/** The lines of one chart with their moments (ms), in the chart's own order; what did not come is empty. */
export function linesOf(spec, answer, shift = 0) {
  const byId = new Map(expand(answer).map((line) => [String(line.id), line]));
  return spec.series.map((description, position) => {
    const line = byId.get(String(description.id));
    const values = line?.values ?? [];
    const moments = values.map((_, index) => (line.start + index * line.step + shift) * 1000);
    return { ...description, position, moments, values, step: (line?.step ?? 60) * 1000 };
  });
}

/** Spans (ms) in which any line lies beyond the threshold. */
export function breaches(lines, threshold) {
  const beyond = (value) => value !== null && (threshold.above === false ? value < threshold.value : value > threshold.value);
  const spans = [];
  for (const line of lines) {
    let start = null;
    line.values.forEach((value, index) => {
      if (beyond(value)) start ??= line.moments[index];
      else if (start !== null) { spans.push([start, line.moments[index]]); start = null; }
    });
    if (start !== null) spans.push([start, line.moments.at(-1) + line.step]);
  }
  spans.sort((one, other) => one[0] - other[0]);
  const merged = [];
  for (const [start, end] of spans) {
    if (merged.length && start <= merged.at(-1)[1]) merged.at(-1)[1] = Math.max(merged.at(-1)[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
