// The admin's pages: column names for cards on phones, filters closed there, our icons in Django's widgets.

import { element, icon } from "./dom.js";

const ICONS = { "change-related": "edit", "add-related": "plus", "delete-related": "trash", "view-related": "eye" };

for (const table of document.querySelectorAll("#result_list")) {
  const names = [...table.querySelectorAll("thead th")].map((heading) => heading.querySelector(".text")?.textContent.trim() ?? "");
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, index) => { if (names[index]) cell.dataset.label = names[index]; });
  }
}

if (matchMedia("(max-width: 820px)").matches) {
  for (const filter of document.querySelectorAll("#changelist-filter .admin-filter")) {
    filter.open = filter.querySelector("li.selected:not(:first-child)") !== null;
  }
}

for (const link of document.querySelectorAll(".related-widget-wrapper-link")) {
  const name = Object.keys(ICONS).find((kind) => link.classList.contains(kind));
  link.querySelector("img")?.replaceWith(icon(ICONS[name]), element("span", { class: "hidden-text" }, link.title));
}

// Django builds its two-list widget on load, with labels on elements that may carry none.
addEventListener("load", () => setTimeout(() => {
  for (const tip of document.querySelectorAll(".help-tooltip[aria-label]")) tip.setAttribute("role", "img");
}));
