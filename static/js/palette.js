// Search palette: pages at once, stacks and resources from the server while typing.

import { element, icon } from "./dom.js";

const WAIT = 120;
let timer;
let request;
let pending = Promise.resolve(); // the search for what was typed last

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  dialog.addEventListener("stackdeck:open", () => { input.value = ""; input.focus(); show(dialog, [pages("")]); });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    pending = new Promise((resolve) => { timer = setTimeout(() => resolve(search(dialog, input.value.trim())), WAIT); });
  });
  input.addEventListener("keydown", (event) => choose(event, dialog));
  dialog.addEventListener("click", (event) => {
    const option = event.target.closest("[data-url]");
    if (option) location.assign(option.dataset.url);
  });
}

function pages(wanted) {
  const items = [...document.querySelectorAll(".nav-item")]
    .map((link) => ({ label: link.title, url: link.href, icon: link.querySelector("use").getAttribute("href").split("#")[1], detail: "" }))
    .filter((item) => item.label.toLowerCase().includes(wanted.toLowerCase()));
  return { label: "Pages", items };
}

async function search(dialog, wanted) {
  request?.abort();
  if (!wanted) return show(dialog, [pages("")]);
  request = new AbortController();
  const address = `${document.documentElement.dataset.search}?${new URLSearchParams({ q: wanted })}`;
  try {
    const response = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`answer ${response.status}`);
    const { groups } = await response.json();
    const known = groups.some((group) => group.label === "Pages") ? groups : [...groups, pages(wanted)];
    show(dialog, known, `Nothing found for “${wanted}”.`);
  } catch (error) {
    if (error.name !== "AbortError") show(dialog, [pages(wanted)], "", "Search did not answer; only pages are listed.");
  }
}

function show(dialog, groups, nothing = "", problem = "") {
  const list = dialog.querySelector("[role=listbox]");
  const filled = groups.filter((group) => group.items.length);
  let position = 0;
  list.replaceChildren(...filled.map((group, index) => element(
    "div", { role: "group", "aria-labelledby": `palette-group-${index}` },
    element("p", { class: "palette-group", id: `palette-group-${index}` }, group.label),
    ...group.items.map((item) => option(item, position++)),
  )));
  dialog.querySelector("[data-palette-status]").textContent =
    problem || (position ? "↑ ↓ to choose, Enter to open." : nothing);
  dialog.querySelector("input").setAttribute("aria-expanded", String(position > 0));
  select(dialog, list.querySelector("[role=option]"));
}

function option(item, position) {
  return element(
    "div", { class: "palette-option", role: "option", id: `palette-option-${position}`, "data-url": item.url, "aria-selected": "false" },
    icon(item.icon || "page"), element("b", {}, item.label), element("span", {}, item.detail ?? ""),
  );
}

function select(dialog, chosen) {
  for (const node of dialog.querySelectorAll("[role=option]")) node.setAttribute("aria-selected", String(node === chosen));
  chosen?.scrollIntoView({ block: "nearest" });
  const input = dialog.querySelector("input");
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
}

function choose(event, dialog) {
  const options = [...dialog.querySelectorAll("[role=option]")];
  const now = options.findIndex((node) => node.getAttribute("aria-selected") === "true");
  // A search box would first empty itself.
  if (event.key === "Escape") dialog.close();
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (steps[event.key] && options.length) {
    event.preventDefault();
    select(dialog, options[(now + steps[event.key] + options.length) % options.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    openChosen(dialog);
  }
}

/** Whoever types quickly and presses Enter means what was typed, not what is still listed. */
async function openChosen(dialog) {
  await pending;
  const chosen = dialog.querySelector("[aria-selected=true]");
  if (chosen && dialog.open) location.assign(chosen.dataset.url);
}
