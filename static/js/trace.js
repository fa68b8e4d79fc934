// One trace: a waterfall that folds, a keyboard walk through its rows, and the side panel of a segment.

import { open } from "./dialogs.js";
import { refresh } from "./refresh.js";

const step = 2000; // milliseconds between looks at a trace that is being fetched
const panel = document.getElementById("segment-panel");
let asked; // the request of the panel's content that is under way

const rows = () => [...document.querySelectorAll("[data-waterfall] tbody [data-row]")];
const level = (row) => Number(row.getAttribute("aria-level"));
const isFolded = (row) => row.getAttribute("aria-expanded") === "false";

/** Hide what hangs below folded rows. */
function showFolds() {
  let under = Infinity;
  for (const row of rows()) {
    row.hidden = level(row) > under;
    if (row.hidden) continue;
    under = isFolded(row) ? level(row) : Infinity;
  }
  const visible = rows().filter((row) => !row.hidden);
  if (!visible.some((row) => row.tabIndex === 0) && visible[0]) visible[0].tabIndex = 0;
}

function fold(row, folded) {
  if (!row.hasAttribute("aria-expanded")) return;
  row.setAttribute("aria-expanded", String(!folded));
  showFolds();
}

function foldAll(folded) {
  for (const row of rows()) if (row.hasAttribute("aria-expanded")) row.setAttribute("aria-expanded", String(!folded || level(row) === 1));
  showFolds();
}

function walkTo(row) {
  if (!row) return;
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function parentOf(row) {
  const all = rows();
  return all.slice(0, all.indexOf(row)).findLast((other) => level(other) < level(row));
}

function onKey(event) {
  const row = event.target;
  if (!row.matches?.("[data-waterfall] [data-row]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const visible = rows().filter((other) => !other.hidden);
  const at = visible.indexOf(row);
  const opened = row.getAttribute("aria-expanded") === "true";
  const actions = {
    ArrowDown: () => walkTo(visible[at + 1]),
    ArrowUp: () => walkTo(visible[at - 1]),
    ArrowRight: () => (isFolded(row) ? fold(row, false) : opened && walkTo(visible[at + 1])),
    ArrowLeft: () => (opened ? fold(row, true) : walkTo(parentOf(row))),
    Home: () => walkTo(visible[0]),
    End: () => walkTo(visible.at(-1)),
    Enter: () => show(row.dataset.row),
    " ": () => show(row.dataset.row),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

function onClick(event) {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-unfold]")) return foldAll(on("[data-unfold]").dataset.unfold === "none");
  if (on("[data-segment]")) return show(on("[data-segment]").dataset.segment);
  const row = on("[data-waterfall] [data-row]");
  if (!row) return;
  if (on("[data-twist]")) fold(row, !isFolded(row));
  else if (!on("a") && !getSelection().toString()) show(row.dataset.row);
}

/** Open the panel of a row; its number goes into the address. */
async function show(position) {
  keepInAddress(position);
  asked?.abort();
  asked = new AbortController();
  const body = panel.querySelector("[data-body]");
  body.setAttribute("aria-busy", "true");
  open(panel.id);
  try {
    const { source, account } = panel.dataset;
    const response = await fetch(`${source}${position}/?account=${account}`, { signal: asked.signal, redirect: "manual" });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const content = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".segment");
    document.getElementById("segment-title").textContent = content.dataset.title;
    body.replaceChildren(document.importNode(content, true));
  } catch (error) {
    if (error.name === "AbortError") return;
    body.textContent = `The segment could not be loaded: ${error.message}. Close this panel and open it again.`;
  }
  body.removeAttribute("aria-busy");
}

function keepInAddress(position) {
  const address = new URL(location.href);
  if (position === null) address.searchParams.delete("row");
  else address.searchParams.set("row", position);
  history.replaceState(null, "", address);
}

function startPanel() {
  panel.addEventListener("close", () => {
    const position = new URLSearchParams(location.search).get("row");
    keepInAddress(null);
    walkTo(document.getElementById(`row-${position}`));
  });
  const wanted = new URLSearchParams(location.search).get("row");
  if (wanted && /^\d+$/.test(wanted) && rows().length) show(wanted);
}

/** Look again until the segments have come. */
async function watch() {
  if (!document.querySelector("[data-pending]")) return;
  if (!document.hidden) await refresh();
  if (document.querySelector("[data-pending]")) setTimeout(watch, step);
  else location.reload();
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
showFolds();
startPanel();
setTimeout(watch, step);
