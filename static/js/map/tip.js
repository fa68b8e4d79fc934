// What is said on hover and on focus, beside the pointer or the node.

import { element } from "../dom.js";

export class Tip {
  constructor(box, map) {
    this.box = box;
    this.map = map;
  }

  show(title, facts, at) {
    const list = element("dl", {}, ...facts.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]));
    this.box.replaceChildren(element("p", { class: "map-tip-title" }, title), list);
    this.box.hidden = false;
    this.move(at);
  }

  move({ x, y }) {
    const room = this.map.getBoundingClientRect();
    const [w, h] = [this.box.offsetWidth, this.box.offsetHeight];
    const left = x - room.left + 16 + w > room.width ? x - room.left - w - 12 : x - room.left + 16;
    const top = Math.min(y - room.top + 14, room.height - h - 8);
    this.box.style.setProperty("left", `${Math.max(left, 8)}px`);
    this.box.style.setProperty("top", `${Math.max(top, 8)}px`);
  }

  hide() {
    this.box.hidden = true;
  }
}
