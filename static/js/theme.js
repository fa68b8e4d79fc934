// Light, dark or as the system says; remembered, and told to charts.

import { keep, recall } from "./storage.js";

const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");

export function currentTheme() {
  return root.dataset.theme ?? (systemDark.matches ? "dark" : "light");
}

export function setTheme(choice) {
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  keep("theme", choice);
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
  const choice = recall("theme", "auto") || "auto";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}
