// Find and hide: an expression typed goes into the address; what is wrong with it is said below, and nothing is lost.

import { readState, writeState } from "../state.js";

/** What the server said of this view, in the page itself. */
export function readPicture() {
  const data = document.getElementById("map-picture");
  return data && JSON.parse(data.textContent);
}

export function startFields() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-map-field]");
    if (!form) return;
    event.preventDefault();
    write(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-map-field]");
    if (form && !event.target.value && readState().get(form.dataset.mapField)) write(form);
  });
  document.addEventListener("stackdeck:refreshed", say);
  say();
}

function write(form) {
  const name = form.dataset.mapField;
  writeState({ [name]: form.elements[name].value.trim() || null });
}

/** The fields follow the address, except one that is being typed in. */
function say() {
  const data = readPicture();
  for (const form of document.querySelectorAll("[data-map-field]")) {
    const name = form.dataset.mapField;
    const input = form.elements[name];
    const { text, problem } = data?.fields[name] ?? { text: "", problem: "" };
    if (document.activeElement !== input) input.value = readState().get(name) ?? "";
    const found = name === "find" && text && !problem ? `${data.found} found` : "";
    form.querySelector("[data-map-said]").textContent = problem || found;
    form.classList.toggle("invalid", Boolean(problem));
    input.setAttribute("aria-invalid", String(Boolean(problem)));
  }
}
