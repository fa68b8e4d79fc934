// Pieces of a page that are fetched after it: [data-later] names their address; a refresh fetches them again.

import { carryState } from "./state.js";

const tags = new Map(); // element → ETag of what it shows

async function fill(piece) {
  const address = `${piece.dataset.later}${location.search}`;
  const headers = tags.get(piece)?.address === address ? { "If-None-Match": tags.get(piece).tag } : {};
  try {
    const response = await fetch(address, { headers, redirect: "manual" });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    piece.replaceChildren(...document.importNode(fresh.body, true).childNodes);
    tags.set(piece, { address, tag: response.headers.get("ETag") ?? "" });
    carryState(piece);
    if (piece.querySelector("[data-chart]")) (await import("./charts.js")).findCharts();
  } catch {
    if (piece.querySelector("[data-later-skeleton]")) piece.textContent = "This could not be fetched. It is tried again with the next refresh.";
  } finally {
    piece.removeAttribute("aria-busy");
  }
}

function fillAll() {
  for (const piece of document.querySelectorAll("[data-later]")) fill(piece);
}

export function startLater() {
  fillAll();
  document.addEventListener("stackdeck:refreshed", fillAll);
}
