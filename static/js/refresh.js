// Quiet refresh: fetch the page again and swap the live regions that differ, keeping scroll, focus and open menus.

import { keep, recall } from "./storage.js";
import { toast } from "./toast.js";

const TOKEN = /(name="csrfmiddlewaretoken" value=")[^"]*/g;
const served = new Map(); // region id → the server's HTML, before scripts touched it
let enhance = () => {};
let tag = "";
let running = null;
let timer;
let warned = false;

export function startRefresh(enhanceRegion) {
  enhance = enhanceRegion;
  for (const region of regions(document)) served.set(region.id, plain(region));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-refresh-now]")) refresh();
    const choice = event.target.closest("[data-refresh]");
    if (choice) keep("refresh", choice.dataset.refresh), schedule();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && period()) refresh(); schedule(); });
  document.addEventListener("stackdeck:state", () => { tag = ""; refresh({ mustSucceed: true }); });
  addEventListener("popstate", () => { tag = ""; refresh({ mustSucceed: true }); });
  schedule();
}

function period() {
  return Number(recall("refresh", "60")) || 0;
}

function schedule() {
  clearTimeout(timer);
  const seconds = period();
  for (const button of document.querySelectorAll("[data-refresh]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.refresh) === seconds));
  }
  const label = document.querySelector("[data-refresh-label]");
  if (label) label.textContent = { 0: "", 30: "30 s", 60: "1 min", 300: "5 min" }[seconds] ?? "";
  if (seconds && !document.hidden && document.querySelector("[data-live]")) timer = setTimeout(refresh, seconds * 1000);
}

/** Fetch and swap; a page whose state changed is loaded as a whole when that fails. */
export async function refresh({ mustSucceed = false } = {}) {
  running?.abort();
  running = new AbortController();
  const address = location.href;
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const response = await fetch(address, { headers, signal: running.signal, cache: "no-store", redirect: "manual" });
    if (response.type === "opaqueredirect") return location.assign(address);
    if (response.status !== 304) {
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      tag = response.headers.get("ETag") ?? "";
      swapAll(new DOMParser().parseFromString(await response.text(), "text/html"));
    }
    warned = false;
    document.dispatchEvent(new CustomEvent("stackdeck:refreshed"));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (mustSucceed) return location.assign(address);
    if (!warned) toast(`Refreshing failed: ${error.message}. What you see is the last good data.`, { level: "warning" });
    warned = true;
  } finally {
    schedule();
  }
}

function regions(root) {
  return root.querySelectorAll("[data-live][id]");
}

function plain(region) {
  return region.outerHTML.replace(TOKEN, "$1");
}

function swapAll(fresh) {
  document.title = fresh.title;
  for (const region of regions(document)) {
    const next = fresh.getElementById(region.id);
    if (!next) continue;
    const html = plain(next);
    if (html === served.get(region.id)) continue;
    served.set(region.id, html);
    swap(region, document.importNode(next, true));
  }
}

function swap(region, next) {
  if (isInUse(region)) return void served.delete(region.id);
  keepCharts(region, next);
  const focus = focusIn(region);
  const scrolled = [...region.querySelectorAll(".table-scroll, .menu-scroll, [data-keep-scroll]")].map((box) => [box.scrollLeft, box.scrollTop]);
  const opened = [...region.querySelectorAll("details")].map((details) => details.open);
  region.replaceWith(next);
  enhance(next);
  next.querySelectorAll("details").forEach((details, index) => { if (opened[index] !== undefined) details.open = opened[index]; });
  next.querySelectorAll(".table-scroll, .menu-scroll, [data-keep-scroll]").forEach((box, index) => {
    [box.scrollLeft, box.scrollTop] = scrolled[index] ?? [0, 0];
  });
  focus(next);
}

/** Nothing is taken from under an open dialog or a form that is being filled in; the next refresh brings it. */
function isInUse(region) {
  const active = document.activeElement;
  const typing = region.contains(active) && active.matches("input, select, textarea") && !active.matches("[data-table-filter]");
  return typing || region.querySelector("dialog[open]") !== null;
}

/** Charts stay the same nodes; only their description is renewed. */
function keepCharts(region, next) {
  for (const figure of next.querySelectorAll("[data-chart][id]")) {
    const old = region.querySelector(`#${CSS.escape(figure.id)}`);
    if (!old) continue;
    old.dataset.chart = figure.dataset.chart;
    figure.replaceWith(old);
  }
}

/** Remember what has the focus, by id or by its place; the answer gives it back. */
function focusIn(region) {
  const active = document.activeElement;
  if (!active || !region.contains(active)) return () => {};
  const focusable = "a, button, input, select, textarea, summary, [tabindex]";
  const place = [...region.querySelectorAll(focusable)].indexOf(active);
  const { id, selectionStart } = active;
  const key = active.dataset.href ?? active.getAttribute("href");
  return (next) => {
    const again = (id && document.getElementById(id))
      || (key && next.querySelector(`[data-href="${CSS.escape(key)}"], [href="${CSS.escape(key)}"]`))
      || next.querySelectorAll(focusable)[place];
    again?.focus({ preventScroll: true });
    if (again?.matches("[data-table-filter]")) again.setSelectionRange(selectionStart, selectionStart);
  };
}
