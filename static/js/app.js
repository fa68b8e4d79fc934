// Starts what the page holds. Loaded on every page; charts come only where there are some.

import { startBell } from "./bell.js";
import { showCollapsed, startDialogs } from "./dialogs.js";
import { startKeys } from "./keys.js";
import { startLater } from "./later.js";
import { startPalette } from "./palette.js";
import { startRefresh } from "./refresh.js";
import { carryState, follow, writeState } from "./state.js";
import { enhanceTables, startTables } from "./table.js";
import { startTheme } from "./theme.js";
import { startToasts } from "./toast.js";

async function enhance(root) {
  carryState(root);
  enhanceTables(root);
  if (document.querySelector("[data-chart]")) {
    const { findCharts } = await import("./charts.js");
    findCharts();
  }
}

/** Time range and filters change the address without leaving the page. */
function startControls() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#time-control a, #filter-bar a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !document.querySelector("main [data-live]")) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    follow(link.pathname + link.search);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-custom-range]")) {
      event.preventDefault();
      setCustomRange(form);
    } else if (form.matches("[data-filter]")) {
      event.preventDefault();
      form.closest("details").open = false;
      go({ [form.dataset.filter]: new FormData(form).getAll(form.dataset.filter), page: null });
    }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("#time-control details[open]")) fillCustomRange(event.target.querySelector("form"));
  }, true);
  document.addEventListener("change", (event) => {
    if (event.target.form?.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
}

async function setCustomRange(form) {
  const { toEpoch } = await import("./zone.js");
  const [from, to] = [form.elements.from, form.elements.to].map((input) => toEpoch(input.value));
  form.elements.to.setCustomValidity(from < to ? "" : "The end must lie after the start.");
  if (!form.reportValidity()) return;
  form.closest("details").open = false;
  go({ range: "custom", from, to, page: null });
}

/** Start the custom range from what is on the screen now. */
async function fillCustomRange(form) {
  const shown = document.getElementById("page-window")?.dataset;
  if (!form || !shown?.from || form.elements.from.value) return;
  const { toClock } = await import("./zone.js");
  for (const name of ["from", "to"]) form.elements[name].value = new Date(toClock(shown[name] * 1000)).toISOString().slice(0, 16);
}

/** Pages without live regions are loaded as a whole. */
function go(changes) {
  writeState(changes);
  if (!document.querySelector("main [data-live]")) location.reload();
}

startTheme();
startToasts();
startDialogs();
startRefresh(enhance);
startTables();
startControls();
startKeys();
startPalette();
showCollapsed();
enhance(document);
startLater();
startBell();
