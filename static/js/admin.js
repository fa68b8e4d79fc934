// Lists of the admin: column names for cards on phones, rows that open, filters closed on phones.

const phone = matchMedia("(max-width: 820px)");

for (const table of document.querySelectorAll("#result_list")) {
  const names = [...table.querySelectorAll("thead th")].map((heading) => heading.querySelector(".text")?.textContent.trim() ?? "");
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, index) => { if (names[index]) cell.dataset.label = names[index]; });
  }
}

if (phone.matches) {
  for (const filter of document.querySelectorAll("#changelist-filter .admin-filter")) filter.open = filter.querySelector("li.selected:not(:first-child)") !== null;
}
