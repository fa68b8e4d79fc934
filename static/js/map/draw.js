// The whole picture as SVG: frames below, then lines, then nodes, then labels.

import { frameOf, nodeOf } from "./shapes.js";
import { fitted, svg, textWidth } from "./svg.js";

const LABEL = '530 11px Inter, "Inter fallback", sans-serif';
const ROOM = 84; // px of a label's place, as the server keeps it free

export function picture(data, sprites) {
  const called = new Set(data.lines.map((line) => line.target));
  const frames = svg("g", { class: "frames" }, ...data.frames.map((frame) => frameOf(frame, sprites)));
  const lines = svg("g", { class: "lines" }, ...data.lines.map(lineOf));
  const nodes = svg("g", { class: "nodes" }, ...data.boxes.map((box) => nodeOf({ ...box, entry: box.entry && !called.has(box.id) }, sprites)));
  const labels = svg("g", { class: "labels", "aria-hidden": "true" }, ...data.lines.map(labelOf).filter(Boolean));
  return svg("g", { class: `map-picture colour-${data.colour}`, "data-map-picture": "" }, frames, lines, nodes, labels);
}

function lineOf(line) {
  const name = ["line", `tone-${line.tone}`, `shade-${line.shade}`, line.dashed && "dashed", !line.rate && !line.dashed && "idle"].filter(Boolean).join(" ");
  return svg("g", { class: name, "data-id": line.id, "data-source": line.source, "data-target": line.target },
    svg("path", { class: "line-reach", d: line.d }),
    svg("path", { class: "line-path", d: line.d, "stroke-width": line.width }),
    svg("path", { class: "line-head", d: arrow(line) }));
}

/** A head that points the way in which the curve ends. */
function arrow(line) {
  const numbers = line.d.match(/-?[\d.]+/g).map(Number);
  const [cx, cy, x, y] = numbers.slice(-4);
  const length = Math.hypot(x - cx, y - cy) || 1;
  const [dx, dy] = [(x - cx) / length, (y - cy) / length];
  const size = 6 + line.width;
  const [bx, by] = [x - dx * size, y - dy * size];
  const wing = size * 0.52;
  return `M${x.toFixed(1)} ${y.toFixed(1)}L${(bx - dy * wing).toFixed(1)} ${(by + dx * wing).toFixed(1)}L${(bx + dy * wing).toFixed(1)} ${(by - dx * wing).toFixed(1)}Z`;
}

/** What is bad or waits is said at rest; the rest when one of its ends is selected. */
function labelOf(line) {
  const text = line.label || line.rate;
  if (!text) return null;
  const shown = fitted(text, ROOM - 8, LABEL);
  const width = Math.min(textWidth(shown, LABEL) + 10, ROOM);
  const name = ["label", `tone-${line.tone}`, line.label ? "loud" : "quiet"].join(" ");
  return svg("g", { class: name, "data-line": line.id, transform: `translate(${line.at[0]} ${line.at[1]})` },
    svg("rect", { x: (-width / 2).toFixed(1), y: -8.5, width: width.toFixed(1), height: 17, rx: 5 }), svg("text", { y: 3.8 }, shown));
}
