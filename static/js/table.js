// Tables: sort by header, filter box, arrow keys over rows, rows that open, CSV. State survives a refresh.

import { downloadCsv, element, icon } from "./dom.js";

const remembered = new Map(); // table id → {column, direction, filter}

export function startTables() {
  document.addEventListener("click", onClick);
  document.addEventListener("auxclick", onClick);
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-table] [data-table-filter]")?.closest("[data-table]");
    if (box) remember(box, { filter: event.target.value }), filterRows(box);
  });
  document.addEventListener("keydown", onKey);
  addEventListener("resize", () => fit(document));
}

/** A table that needs no sideways scrolling keeps its head in sight while the page scrolls. */
function fit(root) {
  for (const box of root.querySelectorAll(".table-scroll")) box.classList.toggle("fits", box.scrollWidth <= box.clientWidth);
}

export function enhanceTables(root) {
  for (const box of root.querySelectorAll("[data-table]")) {
    [...box.querySelectorAll("tbody tr")].forEach((row, position) => { row.dataset.position ??= position; });
    box.querySelectorAll("th[data-sort]").forEach(addSorter);
    const state = remembered.get(box.id);
    if (state?.filter) box.querySelector("[data-table-filter]").value = state.filter;
    if (state?.column !== undefined) sortRows(box, state.column, state.direction);
    filterRows(box);
  }
  for (const row of root.querySelectorAll("tr[data-href]")) row.tabIndex = 0;
  fit(root);
}

function addSorter(heading) {
  if (heading.querySelector(".sorter")) return;
  const button = element("button", { class: "sorter", type: "button" }, ...heading.childNodes, icon("sort"));
  heading.append(button);
}

function remember(box, changes) {
  remembered.set(box.id, { ...remembered.get(box.id), ...changes });
}

function onClick(event) {
  const box = event.target.closest("[data-table]");
  const heading = event.target.closest("th[data-sort]");
  if (box && heading) {
    const first = heading.dataset.first ?? (heading.dataset.sort === "number" ? "desc" : "asc");
    const second = first === "asc" ? "desc" : "asc";
    const now = { ascending: "asc", descending: "desc" }[heading.getAttribute("aria-sort")];
    const direction = now === undefined ? first : now === first ? second : "";
    remember(box, { column: heading.cellIndex, direction });
    sortRows(box, heading.cellIndex, direction);
  }
  if (box && event.target.closest("[data-table-csv]")) exportRows(box);
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, summary, select") && !getSelection().toString()) openRow(row, event);
}

function openRow(row, event) {
  if (event.button === 1 || event.metaKey || event.ctrlKey) window.open(row.dataset.href);
  else if (!event.button) location.assign(row.dataset.href);
}

function onKey(event) {
  const row = event.target.closest?.("tbody tr");
  if (!row || event.target !== row) return;
  if (event.key === "Enter" && row.dataset.href) openRow(row, event);
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  let next = row[step];
  while (next?.hidden) next = next[step];
  next?.focus();
}

/** direction '' puts the server's order back. */
function sortRows(box, column, direction) {
  const headings = [...box.querySelectorAll("thead th")];
  headings.forEach((heading) => heading.removeAttribute("aria-sort"));
  const heading = headings[column];
  if (!heading) return;
  if (direction) heading.setAttribute("aria-sort", direction === "asc" ? "ascending" : "descending");
  const used = heading.querySelector("use");
  box.querySelectorAll(".sorter use").forEach((use) => use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#sort")));
  if (direction) used.setAttribute("href", used.getAttribute("href").replace(/#.*/, direction === "asc" ? "#sort-up" : "#sort-down"));
  const body = box.querySelector("tbody");
  const rows = [...body.rows];
  if (direction) rows.sort(comparing(column, heading.dataset.sort === "number", direction === "asc" ? 1 : -1));
  else rows.sort((one, other) => one.dataset.position - other.dataset.position);
  body.append(...rows);
}

function comparing(column, numeric, sign) {
  const read = (row) => {
    const cell = row.cells[column];
    const text = cell?.dataset.value ?? (cell?.querySelector(".none") ? "" : cell?.textContent.trim() ?? "");
    return numeric ? (text === "" ? null : Number(text)) : text.toLowerCase() || null;
  };
  return (one, other) => {
    const [a, b] = [read(one), read(other)];
    if (a === null || b === null) return (a === null) - (b === null); // what is missing stays last
    if (a === b) return one.dataset.position - other.dataset.position;
    return sign * (numeric ? a - b : a.localeCompare(b, undefined, { numeric: true }));
  };
}

function filterRows(box) {
  const input = box.querySelector("[data-table-filter]");
  if (!input) return;
  const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...box.querySelectorAll("tbody tr")];
  for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  const shown = rows.filter((row) => !row.hidden).length;
  const count = box.querySelector("[data-table-count]");
  if (count) count.textContent = words.length ? `${shown} of ${rows.length}` : String(rows.length);
  box.querySelector(".table-none")?.remove();
  if (words.length && !shown) {
    box.append(element("p", { class: "table-none", role: "status" }, `No row contains “${input.value.trim()}”.`));
  }
}

function exportRows(box) {
  const text = (cell) => cell.dataset.value ?? cell.dataset.text ?? (cell.querySelector(".none") ? "" : cell.innerText.replace(/\s+/g, " ").trim());
  const rows = [...box.querySelectorAll("thead tr, tbody tr")].filter((row) => !row.hidden);
  downloadCsv(box.dataset.name || "table", rows.map((row) => [...row.cells].map(text)));
}
