// Daily cost: the pointer chooses a day, and the legend tells that day's figures.

const plain = new WeakMap(); // legend figure → what it says of all days

function start() {
  document.addEventListener("pointerover", (event) => {
    const hit = event.target.closest?.("[data-spend-chart] .hit");
    if (hit) show(hit.closest("[data-spend-chart]"), Number(hit.dataset.day));
  });
  document.addEventListener("pointerout", (event) => {
    const chart = event.target.closest?.("[data-spend-chart]");
    if (chart && !event.relatedTarget?.closest?.("[data-spend-chart] .hit")) show(chart, null);
  });
}

/** The figures stand in the table that is the picture's other form: newest day first, all, then each series. */
function show(chart, day) {
  for (const hit of chart.querySelectorAll(".hit")) hit.classList.toggle("is-picked", Number(hit.dataset.day) === day);
  const rows = [...chart.querySelectorAll(".spend-figures tbody tr")];
  const cells = day === null ? null : rows[rows.length - 1 - day]?.cells;
  const head = chart.querySelector("[data-spend-day]");
  tell(head, cells && `${cells[0].textContent.trim()}: ${cells[1].textContent} in all, normal ${cells[cells.length - 1].textContent.trim()}`);
  for (const key of chart.querySelectorAll("[data-series]")) tell(key.querySelector("b"), cells?.[Number(key.dataset.series) + 1].textContent);
}

function tell(node, text) {
  if (!node) return;
  if (!plain.has(node)) plain.set(node, node.textContent);
  node.textContent = text || plain.get(node);
}

start();
