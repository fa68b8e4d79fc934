// From node to node by arrow keys: along a line where one leads that way, else to the next box there.

const AXES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** The box that a key leads to; undefined where there is none. */
export function neighbour(data, id, key) {
  const from = data.boxes.find((box) => box.id === id);
  const along = key === "ArrowRight" ? ["source", "target"] : key === "ArrowLeft" ? ["target", "source"] : null;
  const linked = along ? new Set(data.lines.filter((line) => line[along[0]] === id).map((line) => line[along[1]])) : new Set();
  linked.delete(id);
  const others = data.boxes.filter((box) => box.id !== id);
  return nearest(from, others.filter((box) => linked.has(box.id)), AXES[key], true) ?? nearest(from, others, AXES[key], false);
}

function nearest(from, boxes, [ax, ay], anywhere) {
  let [found, least] = [undefined, Infinity];
  for (const box of boxes) {
    const [dx, dy] = [box.x + box.w / 2 - from.x - from.w / 2, box.y + box.h / 2 - from.y - from.h / 2];
    const ahead = dx * ax + dy * ay;
    const aside = Math.abs(dx * ay) + Math.abs(dy * ax);
    if (!anywhere && (ahead <= 8 || aside > 2.5 * ahead)) continue;
    const far = Math.abs(ahead) + 2 * aside + (ahead < 0 ? 4000 : 0);
    if (far < least) [found, least] = [box, far];
  }
  return found;
}
