// On a phone the map is a list: grouped by stack, worst first; the picture is a button away.

import { element } from "../dom.js";
import { addressWith } from "../state.js";
import { nodeOf } from "./shapes.js";
import { svg } from "./svg.js";

const ORDER = { critical: 0, warning: 1, ok: 2 };
const WORDS = { critical: "Unhealthy", warning: "Degraded", ok: "Healthy" };
const rank = (box) => (ORDER[box.tone] ?? 3) + (box.ring?.[0] ?? 1) / 2; // among equals, where most fails

export function showList(root, data, { sprites, onOpen, onClose }) {
  root.hidden = !data;
  if (!data) return root.replaceChildren();
  const groups = new Map();
  for (const box of [...data.boxes].sort((one, other) => rank(one) - rank(other))) {
    const frame = box.kind === "stack" ? null : data.frames.find((one) => one.stack === box.stack);
    const key = box.kind === "stack" ? "Stacks" : frame?.name ?? "Outside of stacks";
    if (!groups.has(key)) groups.set(key, { frame, boxes: [] });
    groups.get(key).boxes.push(box);
  }
  const sections = [...groups].map(([name, { frame, boxes }]) => element("section", { class: "card map-group" },
    heading(name, frame, data, onClose),
    element("ul", {}, ...boxes.map((box) => element("li", {}, row(box, sprites, onOpen))))));
  root.replaceChildren(element("a", { class: "button wide", href: addressWith({ view: "picture" }) }, "Show as a picture"), ...sections);
}

function heading(name, frame, data, onClose) {
  const head = element("header", { class: "card-head" }, element("h2", {}, name), element("span", { class: "count" }, frame?.said ?? ""));
  if (frame && data.collapsing) {
    const close = element("button", { class: "button small", type: "button" }, "Close");
    close.addEventListener("click", () => onClose(frame.stack));
    head.append(element("span", { class: "spring" }), close);
  }
  return head;
}

function row(box, sprites, onOpen) {
  const mark = svg("svg", { class: "map-mark", viewBox: "0 0 40 40", "aria-hidden": "true" }, markOf(box, sprites));
  const state = box.trouble ? element("span", { class: `map-row-trouble tone-${box.tone}` }, box.trouble) : "";
  const button = element("button", { class: `map-row${box.dim ? " dim" : ""}`, type: "button", "aria-label": `${WORDS[box.tone] ? `${WORDS[box.tone]}: ` : ""}${box.said}` },
    mark, element("span", { class: "map-row-name" }, box.name), state, element("span", { class: "map-row-face" }, [box.under, box.face].filter(Boolean).join(" · ")));
  button.addEventListener("click", () => onOpen(box));
  return button;
}

/** The same ring as in the picture. */
function markOf(box, sprites) {
  const node = nodeOf({ ...box, x: 0, y: 0, h: 40, w: 40 }, sprites);
  const group = svg("g", { class: "map-mark-ring", transform: box.kind === "client" ? "" : "translate(-7 0)" });
  group.append(node.querySelector(".ring"), node.querySelector(".node-icon"));
  return group;
}
