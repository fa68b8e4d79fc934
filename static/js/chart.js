// One chart card: draws, follows the crosshair, isolates lines, exports.

import { axisTicks } from "./axis.js";
import { download, downloadCsv, element, icon } from "./dom.js";
import { formatValue } from "./format.js";
import { breaches, linesOf } from "./points.js";
import { currentTheme } from "./theme.js";
import { clockText, fromClock, toClock } from "./zone.js";

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false };
const LABEL_ROOM = 86; // px that a deploy's label needs

export class Chart {
  constructor(figure, { onZoom, onCrosshair, onRetry }) {
    this.figure = figure;
    this.handlers = { onZoom, onCrosshair, onRetry };
    this.part = (name) => figure.querySelector(`[data-chart-${name}]`);
    this.hidden = new Set();
    this.cursor = element("div", { class: "chart-cursor", hidden: true });
    this.hint = element("div", { class: "chart-hint", hidden: true });
    figure.addEventListener("click", (event) => this.onClick(event));
    this.part("plot").addEventListener("pointermove", (event) => this.onMove(event));
    this.part("plot").addEventListener("pointerleave", () => this.handlers.onCrosshair(null));
    new ResizeObserver(() => this.resize()).observe(this.part("plot"));
  }

  get spec() {
    const spec = JSON.parse(this.figure.dataset.chart);
    return { kind: "line", unit: "count", series: [], ...spec };
  }

  async draw(given) {
    this.given = given;
    this.lines = linesOf(this.spec, given.answer);
    this.earlier = given.before ? linesOf(this.spec, given.before, given.page.compare) : [];
    this.figure.classList.remove("kept");
    this.drawnAt = Date.now();
    await this.redraw();
  }

  async redraw() {
    if (!this.given) return;
    const { plotly, page } = this.given;
    const plot = this.part("plot");
    const empty = !this.lines.some((line) => line.values.some((value) => value !== null));
    this.say(empty ? "No data in this window." : "");
    const style = this.given.skeleton[currentTheme()];
    const shown = this.lines.filter((line) => !this.hidden.has(line.position));
    const before = this.earlier.filter((line) => !this.hidden.has(line.position));
    const traces = [...before.map((line) => this.trace(line, style, true)), ...this.piled(shown).map((line) => this.trace(line, style, false))];
    plot.querySelector(".chart-skeleton")?.remove();
    await plotly.react(plot, traces, this.layout(style, shown, page), CONFIG);
    if (!this.started) this.start(plot);
    plot.append(this.cursor, this.hint);
    this.showAt(this.moment ?? null);
    if (!this.part("table").hidden) this.fillTable();
  }

  start(plot) {
    this.started = true;
    plot.on("plotly_relayout", (change) => {
      const [start, end] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (start !== undefined) this.handlers.onZoom(Date.parse(`${String(start).replace(" ", "T")}Z`), Date.parse(`${String(end).replace(" ", "T")}Z`));
    });
  }

  style(line, style) {
    return style.roles[line.role] ?? style.palette[line.position % style.palette.length];
  }

  /** Areas lie on each other; the total is painted first. Plotly's own stacking would draw gaps as zero. */
  piled(lines) {
    if (this.spec.kind !== "area") return lines;
    const sums = new Map();
    const piles = lines.map((line) => {
      const values = line.values.map((value, index) => {
        const moment = line.moments[index];
        if (value !== null) sums.set(moment, (sums.get(moment) ?? 0) + value);
        return sums.get(moment) ?? null;
      });
      return { ...line, values };
    });
    return piles.reverse().flatMap(unbroken);
  }

  trace(line, style, isEarlier) {
    const look = structuredClone(this.style(line, style));
    if (isEarlier) {
      look.opacity = 0.38;
      if (look.line) Object.assign(look.line, { dash: "dot", width: 1.3 });
      delete look.fill;
    }
    return { ...look, name: line.label, x: line.moments.map(toClock), y: line.values };
  }

  layout(style, shown, page) {
    const { unit, threshold, kind, from_zero: fromZero } = this.spec;
    const layout = structuredClone(style.layout);
    const visible = [...shown, ...this.earlier];
    const ticks = axisTicks(this.extent(visible, kind, threshold), unit, fromZero || kind !== "line" || unit === "count" || unit === "share" || unit === "per_second");
    const blank = !visible.some((line) => line.values.some((value) => value !== null));
    Object.assign(layout.yaxis, { tickmode: "array", tickvals: blank ? [] : ticks.values, ticktext: ticks.texts, range: ticks.range });
    Object.assign(layout.xaxis, { range: [toClock(page.from * 1000), toClock(page.to * 1000)], ...timeTicks(page, this.part("plot").clientWidth) });
    layout.shapes = [];
    layout.annotations = [];
    if (threshold) this.addThreshold(layout, style, shown, threshold);
    this.addMarkers(layout, style, page);
    return layout;
  }

  extent(lines, kind, threshold) {
    const values = kind === "area" || kind === "bars" || kind === "cost" ? stacked(lines.filter((line) => this.lines.includes(line))) : lines.flatMap((line) => line.values);
    const known = values.filter((value) => value !== null);
    if (threshold) known.push(threshold.value);
    return known.length ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))] : [0, 1];
  }

  addThreshold(layout, style, shown, threshold) {
    layout.shapes.push({ ...style.threshold, y0: threshold.value, y1: threshold.value });
    const [low, high] = layout.yaxis.range;
    const yanchor = threshold.value - low > 0.88 * (high - low) ? "top" : "bottom"; // the names of deploys stand above
    layout.annotations.push({ ...style.thresholdLabel, yanchor, y: threshold.value, text: plain(threshold.label || formatValue(threshold.value, this.spec.unit)) });
    const judged = threshold.series ? shown.filter((line) => line.id === threshold.series) : shown;
    for (const [start, end] of breaches(judged, threshold)) layout.shapes.push({ ...style.breach, x0: toClock(start), x1: toClock(end) });
  }

  addMarkers(layout, style, page) {
    const room = ((page.to - page.from) / Math.max(this.part("plot").clientWidth - 66, 1)) * LABEL_ROOM;
    let labelled = -Infinity;
    for (const marker of page.markers.filter(({ at }) => at >= page.from && at <= page.to).sort((a, b) => a.at - b.at)) {
      const x = toClock(marker.at * 1000);
      layout.shapes.push({ ...style.marker, x0: x, x1: x });
      if (marker.at - labelled < room) continue;
      labelled = marker.at;
      const xanchor = marker.at > page.to - room / 2 ? "right" : marker.at < page.from + room / 2 ? "left" : "center";
      layout.annotations.push({ ...style.markerLabel, x, xanchor, text: plain(marker.label) });
      layout.margin.t = 20;
    }
  }

  /** Legend and cursor at a moment; null shows the newest values. */
  showAt(moment) {
    this.moment = moment;
    if (!this.given) return;
    const axis = this.part("plot")._fullLayout?.xaxis;
    const place = moment === null || !axis ? null : axis._offset + axis.d2p(toClock(moment));
    this.cursor.hidden = place === null;
    if (place !== null) this.cursor.style.left = `${place}px`;
    this.showLegend(moment);
    this.showHint(moment, place, axis);
  }

  showLegend(moment) {
    const { unit } = this.spec;
    const { page } = this.given;
    const style = this.given.skeleton[currentTheme()];
    const at = moment ?? newest(this.lines);
    const entries = this.lines.map((line) => {
      const value = valueAt(line, at);
      const entry = element("button", { class: "legend-entry", type: "button", "data-line": line.position, "aria-pressed": String(!this.hidden.has(line.position)), title: "Show only this line" },
        swatch(this.style(line, style)), element("span", {}, line.label), element("span", { class: "legend-value" }, formatValue(value, unit)));
      if (page.compare && moment !== null) entry.append(element("span", { class: "faint" }, `was ${formatValue(valueAt(this.earlier[line.position], at), unit)}`));
      return entry;
    });
    const time = at ? element("span", { class: "legend-time" }, `${this.perPeriod(page)}${clockText(at, page.to - page.from > 86_400)}`) : "";
    const focused = document.activeElement?.closest?.("[data-line]")?.dataset.line;
    const legend = this.part("legend");
    const hadFocus = legend.contains(document.activeElement);
    legend.replaceChildren(...entries, time);
    if (hadFocus) legend.querySelector(`[data-line="${focused}"]`)?.focus({ preventScroll: true });
  }

  /** What is counted is counted over a period: without its length the figure says nothing. Thinned lines have none. */
  perPeriod(page) {
    const step = this.lines[0]?.step;
    if (!this.spec.counted || !step || page.to - page.from > 86_400) return "";
    return step < 3_600_000 ? `in ${step / 60_000} min · ` : `in ${step / 3_600_000} h · `;
  }

  /** The deploy under the pointer says its name. */
  showHint(moment, place, axis) {
    const { page } = this.given;
    const near = place === null ? null : page.markers.find((marker) => Math.abs(axis._offset + axis.d2p(toClock(marker.at * 1000)) - place) < 6);
    this.hint.hidden = !near;
    if (!near) return;
    this.hint.textContent = [near.label, near.detail, clockText(near.at * 1000, true)].filter(Boolean).join(" · ");
    this.hint.style.left = `${Math.max(0, Math.min(place + 8, this.part("plot").clientWidth - 248))}px`;
  }

  onMove(event) {
    const plot = this.part("plot");
    const axis = plot._fullLayout?.xaxis;
    if (!axis) return;
    const place = event.clientX - plot.getBoundingClientRect().left - axis._offset;
    const inside = place >= 0 && place <= axis._length;
    this.handlers.onCrosshair(inside ? fromClock(axis.p2d(place) instanceof Date ? axis.p2d(place).getTime() : axis.p2l(place)) : null);
  }

  onClick(event) {
    const entry = event.target.closest("[data-line]");
    if (entry) this.isolate(Number(entry.dataset.line), event.ctrlKey || event.metaKey);
    const action = event.target.closest("[data-chart-do]")?.dataset.chartDo;
    if (action) {
      event.target.closest("details").open = false;
      ({ table: () => this.toggleTable(), csv: () => this.exportCsv(), png: () => this.exportPng(), retry: () => this.handlers.onRetry(this) })[action]();
    }
  }

  /** A click shows only this line, a second one all; with Ctrl it hides or shows just this one. */
  isolate(position, only) {
    const alone = this.lines.every((line) => this.hidden.has(line.position) === (line.position !== position));
    if (only) this.hidden.has(position) ? this.hidden.delete(position) : this.hidden.add(position);
    else this.hidden = new Set(alone ? [] : this.lines.map((line) => line.position).filter((other) => other !== position));
    this.redraw();
  }

  toggleTable() {
    const table = this.part("table");
    table.hidden = !table.hidden;
    const button = this.figure.querySelector("[data-chart-do=table]");
    button.setAttribute("aria-expanded", String(!table.hidden));
    button.querySelector("span").textContent = table.hidden ? "Show as table" : "Hide table";
    if (!table.hidden) this.fillTable();
  }

  rows() {
    const moments = [...new Set(this.lines.flatMap((line) => line.moments))].sort((a, b) => a - b);
    return moments.map((moment) => [moment, ...this.lines.map((line) => valueAt(line, moment, true))]);
  }

  fillTable() {
    const { title, unit } = this.spec;
    const heads = ["Time", ...this.lines.map((line) => line.label)].map((text, index) => element("th", { scope: "col", class: index ? "num" : "" }, text));
    const rows = this.rows().filter((row) => row.slice(1).some((value) => value !== null)).reverse();
    const body = rows.map(([moment, ...values]) => element("tr", {}, element("td", {}, clockText(moment, true)), ...values.map((value) => element("td", { class: "num" }, formatValue(value, unit)))));
    this.part("table").setAttribute("tabindex", "0");
    this.part("table").setAttribute("role", "region");
    this.part("table").setAttribute("aria-label", `${title}, values`);
    this.part("table").replaceChildren(element("table", { class: "table keep" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body)));
  }

  exportCsv() {
    const { title, unit } = this.spec;
    const head = ["time (UTC)", ...this.lines.map((line) => `${line.label} (${unit})`)];
    downloadCsv(fileName(title), [head, ...this.rows().map(([moment, ...values]) => [new Date(moment).toISOString(), ...values])]);
  }

  async exportPng() {
    const { plotly } = this.given;
    const { title } = this.spec;
    const look = getComputedStyle(this.figure);
    const plot = this.part("plot");
    const layout = structuredClone({ ...plot.layout, width: 1200, height: 480, showlegend: true });
    Object.assign(layout, { paper_bgcolor: look.backgroundColor, title: { text: plain(title), x: 0.01, y: 0.97, yanchor: "top", font: { size: 17 } }, margin: { l: 72, r: 24, t: 76, b: 64 }, legend: { orientation: "h", y: -0.1, traceorder: "normal" } });
    const address = await plotly.toImage({ data: plot.data, layout }, { format: "png", width: 1200, height: 480, scale: 2 });
    const bytes = Uint8Array.from(atob(address.split(",")[1]), (letter) => letter.charCodeAt(0));
    download(`${fileName(title)}.png`, new Blob([bytes], { type: "image/png" }));
  }

  /** What failed; the last good picture stays. */
  fail(error) {
    if (this.drawnAt) {
      this.figure.classList.add("kept");
      this.say(`Not updated since ${clockText(this.drawnAt)}: ${error.message}.`);
      return;
    }
    this.figure.querySelector(".chart-skeleton")?.remove();
    this.say(`This chart could not be loaded: ${error.message}.`);
    this.part("state").append(element("button", { class: "button small", type: "button", "data-chart-do": "retry" }, icon("refresh"), "Try again"));
  }

  say(text) {
    const state = this.part("state");
    if (state.textContent !== text) state.replaceChildren(text ? element("span", {}, text) : "");
  }

  resize() {
    const width = this.part("plot").clientWidth;
    if (!this.started || !width || width === this.width) return;
    this.width = width;
    requestAnimationFrame(() => this.redraw());
  }
}

/** The runs between gaps, each a line of its own: a fill would bridge the gap. */
function unbroken(line) {
  const runs = [];
  line.values.forEach((value, index) => {
    if (value === null) return;
    if (index === 0 || line.values[index - 1] === null) runs.push({ ...line, moments: [], values: [] });
    runs.at(-1).moments.push(line.moments[index]);
    runs.at(-1).values.push(value);
  });
  return runs;
}

function stacked(lines) {
  const sums = new Map();
  for (const line of lines) line.values.forEach((value, index) => sums.set(line.moments[index], (sums.get(line.moments[index]) ?? 0) + (value ?? 0)));
  return [...sums.values()];
}

function newest(lines) {
  return lines.reduce((latest, line) => {
    const index = line.values.findLastIndex((value) => value !== null);
    return index < 0 ? latest : Math.max(latest ?? 0, line.moments[index]);
  }, null);
}

/** The value whose interval holds the moment; exactly=true only the one that starts there. */
function valueAt(line, moment, exactly = false) {
  if (!line?.moments.length || moment === null) return null;
  const place = (moment - line.moments[0]) / line.step;
  if (exactly && !Number.isInteger(place)) return null;
  return line.values[exactly ? place : Math.round(place)] ?? null;
}

function swatch(look) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "legend-line");
  svg.setAttribute("viewBox", "0 0 12 3");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M0 1.5H12");
  path.setAttribute("stroke", look.line?.color ?? look.marker.color);
  svg.append(path);
  return svg;
}

/** Ticks at round clock times, as many as fit. */
function timeTicks(page, width) {
  const span = page.to - page.from;
  const fit = Math.max(2, Math.floor(width / 90));
  const sizes = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];
  const size = sizes.find((step) => span / step <= fit) ?? 1_209_600;
  const tickvals = [];
  const first = Math.ceil(toClock(page.from * 1000) / (size * 1000)) * size * 1000;
  for (let clock = first; clock <= toClock(page.to * 1000); clock += size * 1000) tickvals.push(clock);
  const days = size >= 86_400;
  const ticktext = tickvals.map((clock) => (days || (span > 86_400 && clock % 86_400_000 === 0) ? clockText(fromClock(clock), true).split(",")[0] : clockText(fromClock(clock))));
  return { tickmode: "array", tickvals, ticktext };
}

/** Plotly reads a little HTML in texts; names from AWS must stay text. */
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function fileName(title) {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "chart";
}
