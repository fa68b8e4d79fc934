// The picture as a file that needs nothing else: colours written out, icons inside, margins around.

import { download } from "../dom.js";
import { svg } from "./svg.js";

const WRITTEN = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor"];
const MARGIN = 12;
const MOST = 8192; // px of a side that browsers draw
const symbols = new Map(); // sprite address → promise of its document

export async function exportPicture(group, data, kind) {
  const drawing = await standalone(group, data);
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawing)}`;
  const file = new Blob([text], { type: "image/svg+xml" });
  if (kind === "svg") return download("service-map.svg", file);
  download("service-map.png", await painted(file, data));
}

async function standalone(group, data) {
  const copy = group.cloneNode(true);
  copy.removeAttribute("transform");
  copy.classList.remove("has-selection");
  const [w, h] = [data.width + 2 * MARGIN, data.height + 2 * MARGIN];
  const ground = getComputedStyle(document.querySelector("[data-map-stage]")).backgroundColor;
  const drawing = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: w, height: h, viewBox: `${-MARGIN} ${-MARGIN} ${w} ${h}` },
    svg("title", {}, "Service map"), svg("rect", { x: -MARGIN, y: -MARGIN, width: w, height: h, fill: ground }), copy);
  writeStyles(group, copy);
  for (const useless of copy.querySelectorAll(".line-reach, .node-focus, .frame-close, [data-useless]")) useless.remove();
  await Promise.all([...copy.querySelectorAll("use")].map(inlined));
  for (const node of copy.querySelectorAll("*")) {
    for (const name of ["class", "role", "tabindex", "data-id", "data-source", "data-target", "data-line", "data-stack", "aria-expanded"]) node.removeAttribute(name);
  }
  return drawing;
}

/** What the stylesheet says becomes attributes. */
function writeStyles(from, to) {
  const [originals, copies] = [[from, ...from.querySelectorAll("*")], [to, ...to.querySelectorAll("*")]];
  originals.forEach((original, position) => {
    const look = getComputedStyle(original);
    if (look.display === "none" || look.visibility === "hidden") return copies[position].setAttribute("data-useless", "");
    for (const name of WRITTEN) copies[position].setAttribute(name, look.getPropertyValue(name));
  });
}

async function inlined(use) {
  const [address, id] = use.getAttribute("href").split("#");
  if (!symbols.has(address)) {
    symbols.set(address, fetch(address).then((response) => response.text()).then((text) => new DOMParser().parseFromString(text, "image/svg+xml")));
  }
  const symbol = (await symbols.get(address)).getElementById(id);
  if (!symbol) return use.remove();
  const [size] = symbol.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const look = Object.fromEntries(WRITTEN.map((name) => [name, use.getAttribute(name)]));
  const scale = Number(use.getAttribute("width")) / size;
  const icon = svg("g", { ...look, transform: `translate(${use.getAttribute("x")} ${use.getAttribute("y")}) scale(${scale})` });
  icon.append(...[...symbol.childNodes].map((child) => document.importNode(child, true)));
  use.replaceWith(icon);
}

async function painted(file, data) {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(2, MOST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  } finally {
    URL.revokeObjectURL(address);
  }
}
