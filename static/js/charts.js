// Charts of a page: finds the cards, fetches skeletons and points, shares window, crosshair and zoom.

import { Chart } from "./chart.js";
import { fetchPoints } from "./points.js";
import { writeState } from "./state.js";
import { fromClock } from "./zone.js";

const root = document.documentElement;
const charts = new Map(); // figure element → Chart
const skeletons = new Map(); // kind → promise
let library;
let queue = [];

const nearScreen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const chart = charts.get(entry.target);
    if (!entry.isIntersecting || !chart) continue;
    chart.seen = true;
    nearScreen.unobserve(entry.target);
    enqueue(chart);
  }
}, { rootMargin: "300px" });

export function findCharts() {
  for (const [figure] of charts) if (!figure.isConnected) charts.delete(figure);
  for (const figure of document.querySelectorAll("[data-chart]")) {
    if (charts.has(figure)) continue;
    const chart = new Chart(figure, { onZoom: zoom, onCrosshair: moveCrosshair, onRetry: enqueue });
    charts.set(figure, chart);
    nearScreen.observe(figure);
  }
}

/** Charts asked for in the same moment share one request for points. */
function enqueue(chart) {
  if (!queue.length) setTimeout(drawQueued);
  queue.push(chart);
}

async function drawQueued() {
  const batch = queue;
  queue = [];
  const page = readWindow();
  const needed = batch.filter((chart) => !chart.spec.points);
  const [points, earlier] = [collect(needed, page.from, page.to), page.compare ? collect(needed, page.from - page.compare, page.to - page.compare) : null];
  await Promise.all(batch.map(async (chart) => {
    try {
      const [plotly, skeleton] = await Promise.all([loadLibrary(), loadSkeleton(chart.spec.kind)]);
      const answer = chart.spec.points ?? await points;
      const before = chart.spec.points ? null : await earlier;
      await chart.draw({ plotly, skeleton, page, answer, before });
    } catch (error) {
      chart.fail(error);
    }
  }));
}

function collect(needed, from, to) {
  const ids = [...new Set(needed.flatMap((chart) => chart.spec.series.map((line) => line.id)))];
  const answer = ids.length ? fetchPoints(root.dataset.points, ids, from, to) : Promise.resolve({ series: [] });
  answer.catch(() => {}); // each chart reports it
  return answer;
}

function readWindow() {
  const data = document.getElementById("page-window")?.dataset;
  const now = Math.floor(Date.now() / 1000);
  if (!data?.from) return { from: now - 10_800, to: now, compare: 0, markers: [] };
  return {
    from: Number(data.from), to: Number(data.to), compare: Number(data.compare) || 0,
    markers: JSON.parse(data.markers || '""') || [],
  };
}

function loadSkeleton(kind) {
  if (!skeletons.has(kind)) {
    const asked = fetch(`${root.dataset.figures}${encodeURIComponent(kind)}`).then((response) => {
      if (!response.ok) throw new Error(`the server answered ${response.status} for the chart's style`);
      return response.json();
    });
    asked.catch(() => skeletons.delete(kind));
    skeletons.set(kind, asked);
  }
  return skeletons.get(kind);
}

/** Plotly and its style rules: linked under the id that Plotly looks for, it injects no styles of its own. */
function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: root.dataset.plotlyCss, id: "plotly.js-style-global" });
    style.className = "no-inline-styles";
    const script = Object.assign(document.createElement("script"), { src: root.dataset.plotly, async: true });
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => { library = undefined; reject(new Error("the chart library did not load")); });
    document.head.append(style, script);
  });
  return library;
}

/** Dragging over a chart sets the page's range; clocks of the axis become epoch seconds again. */
function zoom(startClock, endClock) {
  const [from, to] = [startClock, endClock].map((clock) => Math.floor(fromClock(clock) / 1000));
  if (to - from >= 60) writeState({ range: "custom", from, to, page: null });
}

function moveCrosshair(moment) {
  for (const chart of charts.values()) chart.showAt(moment);
}

function redraw(fetchAgain) {
  for (const chart of charts.values()) {
    if (!chart.seen) continue;
    if (fetchAgain) enqueue(chart);
    else chart.redraw();
  }
}

document.addEventListener("stackdeck:refreshed", () => { findCharts(); redraw(true); });
document.addEventListener("stackdeck:theme", () => redraw(false));
