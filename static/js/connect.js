// The connect guide: fields of the chosen method only, buttons that say they are busy, progress that moves by itself.

import { refresh } from "./refresh.js";

const step = 2000; // milliseconds between looks at a running collection

function startMethods(form) {
  const show = () => {
    const chosen = form.elements.method.value;
    for (const part of form.querySelectorAll("[data-method]")) part.hidden = part.dataset.method !== chosen;
  };
  form.addEventListener("change", show);
  show();
}

function startBusy() {
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("[data-busy]");
    if (!button) return;
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => { button.disabled = true; }); // after the form has been read
  });
}

async function watch() {
  const region = document.getElementById("progress");
  if (!region || region.dataset.progress === "finished") return;
  if (!document.hidden) await refresh();
  setTimeout(watch, step);
}

for (const form of document.querySelectorAll("[data-methods]")) startMethods(form);
startBusy();
setTimeout(watch, step);
