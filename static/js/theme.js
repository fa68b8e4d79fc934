// Light, dark or as the system says; remembered, and told to charts.

import { keep, recall } from "./storage.js";

const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");

export function currentTheme() {
  return root.dataset.theme ?? (systemDark.matches ? "dark" : "light");
}

export function setTheme(choice) {
  if (choice === "system") delete root.dataset.theme;
  else root.dataset.theme = choice;
  keep("theme", choice);
  store(choice);
  show();
  document.dispatchEvent(new CustomEvent("stackdeck:theme"));
}

export function toggleTheme() {
  setTheme(currentTheme() === "dark" ? "light" : "dark");
}

export function startTheme() {
  show();
  systemDark.addEventListener("change", () => document.dispatchEvent(new CustomEvent("stackdeck:theme")));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) setTheme(button.dataset.themeChoice);
  });
}

function show() {
  const choice = root.dataset.preference || recall("theme") || "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

/** Tell the server too, so that the next browser knows; failing here costs nothing. */
function store(choice) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];
  if (!root.dataset.preference || !token) return;
  root.dataset.preference = choice;
  const body = new URLSearchParams({ theme: choice });
  fetch(root.dataset.preferences, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => {});
}
