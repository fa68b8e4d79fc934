// SVG elements, and texts that fit: cut in the middle, where names tell least.

const SVG = "http://www.w3.org/2000/svg";
const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map(); // font and text → px

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function textWidth(text, font) {
  const key = `${font}\n${text}`;
  if (!widths.has(key)) {
    ruler.font = font;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

/** The text, shortened in its middle until it is no wider than `room`. */
export function fitted(text, room, font) {
  if (textWidth(text, font) <= room) return text;
  let [low, high] = [1, text.length - 1];
  const cut = (kept) => `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(cut(middle), font) <= room) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

/** Widths change once the page's own font has come. */
export function forgetWidths() {
  widths.clear();
}
