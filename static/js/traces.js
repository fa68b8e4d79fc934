// The scatter of the traces page: dragging over it selects a range of time and of duration.

import { writeState } from "./state.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [44, 592, 8, 158]; // places in the picture, as pages/latency.py draws it
let drag = null;

function place(picture, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
  return { x: Math.min(Math.max(point.x, LEFT), RIGHT), y: Math.min(Math.max(point.y, TOP), BOTTOM) };
}

function show({ picture, from, to }) {
  const box = picture.querySelector(".selection");
  box.removeAttribute("hidden");
  box.setAttribute("x", Math.min(from.x, to.x));
  box.setAttribute("y", Math.min(from.y, to.y));
  box.setAttribute("width", Math.abs(to.x - from.x));
  box.setAttribute("height", Math.abs(to.y - from.y));
}

function select({ picture, from, to }) {
  const { start, end, low, high } = picture.dataset;
  const moment = (x) => Math.round(Number(start) + ((x - LEFT) / (RIGHT - LEFT)) * (end - start));
  const seconds = (y) => Number(low) * (high / low) ** ((BOTTOM - y) / (BOTTOM - TOP));
  const times = [moment(from.x), moment(to.x)].sort((a, b) => a - b);
  const durations = [seconds(from.y), seconds(to.y)].sort((a, b) => a - b);
  if (times[1] - times[0] < 60) times[1] = times[0] + 60;
  writeState({ range: "custom", from: times[0], to: times[1], min: `${durations[0].toPrecision(3)} s`, max: `${durations[1].toPrecision(3)} s` });
}

document.addEventListener("pointerdown", (event) => {
  const picture = event.target.closest("[data-scatter]");
  if (!picture || event.button !== 0 || event.pointerType === "touch") return;
  drag = { picture, from: place(picture, event), to: place(picture, event), moved: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  drag.to = place(drag.picture, event);
  drag.moved ||= Math.hypot(drag.to.x - drag.from.x, drag.to.y - drag.from.y) > 6;
  if (drag.moved) show(drag);
});

document.addEventListener("pointerup", () => {
  const done = drag;
  drag = null;
  if (!done?.moved) return;
  done.picture.querySelector(".selection").setAttribute("hidden", "");
  select(done);
});

// A drag that begins on a trace selects; it does not carry the link away.
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("[data-scatter]")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-scatter] a") && drag?.moved) event.preventDefault();
}, true);
