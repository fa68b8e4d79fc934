// Short messages in the corner, with an optional undo.

import { element, icon } from "./dom.js";

const ICONS = { success: "ok", warning: "warning", error: "critical", info: "info" };
const READING_TIME = 7000;

export function toast(text, { level = "info", action, onAction } = {}) {
  const node = element("div", { class: `toast ${level}`, "data-toast": true }, icon(ICONS[level]), element("p", {}, text));
  if (action) {
    const button = element("button", { class: "button small", type: "button" }, action);
    button.addEventListener("click", () => { node.remove(); onAction?.(); });
    node.append(button);
  }
  node.append(element("button", { class: "icon-button", type: "button", "data-dismiss": true, "aria-label": "Dismiss" }, icon("close")));
  document.getElementById("toasts").append(node);
  leaveLater(node);
  return node;
}

/** Messages that came with the page leave too, except errors: those wait to be read. */
export function startToasts() {
  const corner = document.getElementById("toasts");
  corner?.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove());
  corner?.querySelectorAll("[data-toast]").forEach(leaveLater);
}

function leaveLater(node) {
  if (node.matches(".error")) return;
  let timer = setTimeout(() => node.remove(), READING_TIME);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("focusin", () => clearTimeout(timer));
  node.addEventListener("pointerleave", () => { timer = setTimeout(() => node.remove(), READING_TIME); });
}
