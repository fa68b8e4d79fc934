// How nodes and frames look: a card with a ring of results around its icon; pipes have round ends, clients are small.

import { fitted, svg } from "./svg.js";

const RESULTS = ["ok", "error", "throttle", "fault"];
const RADIUS = 17;
const TEXT = 49; // where texts begin
const FONTS = { name: '530 13px Inter, "Inter fallback", sans-serif', face: '430 12px Inter, "Inter fallback", sans-serif' };

export function nodeOf(box, sprites) {
  const node = svg("g", {
    class: ["node", box.kind, box.shape, `tone-${box.tone}`, `shade-${box.shade}`, box.dim && "dim", box.found && "found"].filter(Boolean).join(" "),
    transform: `translate(${box.x} ${box.y})`, "data-id": box.id, role: "img", tabindex: -1, "aria-roledescription": "node", "aria-label": box.said,
  });
  if (box.kind === "stack") node.append(svg("rect", { class: "node-back", x: 4, y: -4, width: box.w - 8, height: box.h, rx: 8 }));
  node.append(outline(box, "node-card"), ring(box), icon(box, sprites), ...texts(box), outline(box, "node-focus", 3.5));
  if (box.entry) node.append(svg("path", { class: "node-entry", d: `M-7 ${box.h / 2 - 7}L2 ${box.h / 2}L-7 ${box.h / 2 + 7}Z` }));
  if (box.kind === "stack") node.append(svg("path", { class: "node-open", d: `M${box.w - 21} 14h8m-4 -4v8` }));
  return node;
}

function outline(box, name, out = 0) {
  const round = box.shape === "pipe" || box.kind === "client" ? box.h / 2 + out : 8 + out;
  return svg("rect", { class: name, x: -out, y: -out, width: box.w + 2 * out, height: box.h + 2 * out, rx: round });
}

/** Shares of ok, error, throttle and fault, from twelve o'clock; a shape of its own where nothing is known. */
function ring(box) {
  const radius = box.kind === "client" ? 12 : RADIUS;
  const at = { cx: box.kind === "client" ? 20 : 27, cy: box.h / 2 };
  const group = svg("g", { class: "ring" }, svg("circle", { class: box.ring ? "ring-ground" : "ring-none", ...at, r: radius }));
  if (!box.ring) return group;
  const round = 2 * Math.PI * radius;
  let begun = 0;
  box.ring.forEach((share, position) => {
    if (!share) return;
    const shown = Math.min(share < 0.02 ? 0.02 : share, 1 - begun); // a sliver that cannot be seen would say "none"
    group.append(svg("circle", {
      class: `ring-part ring-${RESULTS[position]}`, ...at, r: radius, transform: `rotate(-90 ${at.cx} ${at.cy})`,
      "stroke-dasharray": `${(shown * round).toFixed(2)} ${round.toFixed(2)}`, "stroke-dashoffset": (-begun * round).toFixed(2),
    }));
    begun += shown;
  });
  return group;
}

function icon(box, sprites) {
  const [sprite, symbol] = box.icon.split("#");
  const size = box.kind === "client" ? 13 : 17;
  const x = (box.kind === "client" ? 20 : 27) - size / 2;
  return svg("use", { class: "node-icon", href: `${sprites[sprite]}#${symbol}`, x, y: box.h / 2 - size / 2, width: size, height: size });
}

function texts(box) {
  const left = box.kind === "client" ? 38 : TEXT;
  const room = box.w - left - (box.shape === "pipe" ? 12 : 9);
  const rows = [["node-name", box.name, box.kind === "stack" ? room - 16 : room, FONTS.name]];
  if (box.under) rows.push(["node-under", box.under, room, FONTS.face]);
  rows.push(["node-face", box.face, room, FONTS.face]);
  if (box.trouble) rows.push(["node-trouble", box.trouble, room, FONTS.name]);
  const step = rows.length > 3 ? 15.5 : 16.5;
  const top = box.h / 2 - ((rows.length - 1) * step) / 2 + 4.2;
  return rows.map(([name, text, width, font], row) => svg("text", { class: name, x: left, y: (top + row * step).toFixed(1) }, fitted(text, width, font)));
}

export function frameOf(frame, icons) {
  const title = fitted(frame.name, Math.max(frame.w - 60, 60), FONTS.name);
  const group = svg("g", { class: "frame", transform: `translate(${frame.x} ${frame.y})`, "data-stack": frame.stack });
  const said = frame.said && frame.w > 330 ? fitted(frame.said, frame.w - 70 - textRoom(title), FONTS.face) : "";
  group.append(
    svg("rect", { class: "frame-back", width: frame.w, height: frame.h, rx: 10 }),
    svg("text", { class: "frame-name", x: 14, y: 22 }, title, ...(said ? [svg("tspan", { class: "frame-said", dx: 10 }, said)] : [])),
    svg("g", { class: "frame-close", role: "button", tabindex: -1, "data-close-stack": frame.stack, "aria-label": `Close stack ${frame.name}`, transform: `translate(${frame.w - 32} 7)` },
      svg("rect", { width: 24, height: 22, rx: 5 }), svg("path", { d: "M7 11h10" })),
  );
  return group;
}

function textRoom(text) {
  return text.length * 8;
}
