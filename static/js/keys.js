// Keyboard: / and Ctrl-K search, g + letter goes, r refreshes, t changes the theme, ? lists.

import { open } from "./dialogs.js";
import { refresh } from "./refresh.js";
import { toggleTheme } from "./theme.js";

const CHORD_TIME = 1200;
let goingSince = 0;

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("palette");
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) press(event);
  });
}

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

function press(event) {
  if (Date.now() - goingSince < CHORD_TIME) {
    goingSince = 0;
    const link = document.querySelector(`.nav-item[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
      return;
    }
  }
  const actions = {
    "/": () => open("palette"),
    "?": () => open("keys"),
    g: () => { goingSince = Date.now(); },
    r: () => refresh(),
    t: () => toggleTheme(),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}
