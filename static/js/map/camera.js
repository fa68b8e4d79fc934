// Pan and zoom: one group is moved and scaled, once per frame.

const LEAST = 0.12;
const MOST = 2.5;
const READABLE = 0.7; // texts of 12 px are not read below
const LARGEST = 1.1; // at first: more would only be coarser
const [LOW, HIGH] = [240, 600]; // px of height of a piece inside another page
const CONTROLS = 44; // px at the foot, where the legend and the zoom stand
const STEP = 1.25;

export class Camera {
  constructor(stage, { piece, onMove }) {
    this.stage = stage;
    this.piece = piece;
    this.onMove = onMove;
    this.place = { k: 1, x: 0, y: 0 };
    this.pointers = new Map();
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) stage.addEventListener(name, (event) => this.up(event));
  }

  show(group, size) {
    this.group = group;
    this.size = size;
    this.apply();
  }

  get room() {
    return { w: this.stage.clientWidth, h: this.stage.clientHeight };
  }

  /** px in which a piece shows its whole picture as wide as it stands, between a low and a high one. */
  heightFor({ width, height }) {
    const k = Math.min(Math.max(this.room.w / width, READABLE), LARGEST);
    return Math.round(Math.min(Math.max(height * k + CONTROLS, LOW), HIGH));
  }

  /** The whole picture, or as much as can be read: from the entry points on, with the place that hurts in sight. */
  fit(worst) {
    const { w } = this.room;
    const h = this.room.h - CONTROLS;
    const whole = Math.min(w / this.size.width, h / this.size.height);
    const k = Math.max(Math.min(whole, LARGEST), READABLE);
    const over = (have, need) => (need <= have ? (have - need) / 2 : 0);
    this.place = { k, x: over(w, this.size.width * k), y: over(h, this.size.height * k) };
    if (worst) this.reveal(worst);
    else this.apply();
  }

  /** Everything, however small. */
  overview() {
    const { w, h } = this.room;
    const k = Math.min(Math.max(Math.min(w / this.size.width, h / this.size.height), LEAST), LARGEST);
    this.place = { k, x: (w - this.size.width * k) / 2, y: (h - this.size.height * k) / 2 };
    this.apply();
  }

  /** The whole of an area in sight, as far as it can be read then. */
  frame(area) {
    const { w, h } = this.room;
    const whole = Math.min((w - 56) / area.w, (h - 56) / area.h);
    const k = Math.min(this.place.k, Math.max(whole, READABLE));
    if (k < this.place.k) this.zoom(k / this.place.k, { x: this.place.x + area.x * this.place.k, y: this.place.y + area.y * this.place.k });
    this.reveal(area);
  }

  /** Move as little as brings a box into sight; `covered` px at the right are under the panel. */
  reveal(box, covered = 0) {
    const { k } = this.place;
    const { w, h } = this.room;
    const gap = 28;
    const into = (offset, at, size, room) => Math.max(Math.min(offset, room - gap - (at + size) * k), gap - at * k);
    this.place.x = into(this.place.x, box.x, box.w, w - covered);
    this.place.y = into(this.place.y, box.y, box.h, h);
    this.apply();
  }

  zoom(factor, at = { x: this.room.w / 2, y: this.room.h / 2 }) {
    const k = Math.min(Math.max(this.place.k * factor, LEAST), MOST);
    const grown = k / this.place.k;
    this.place = { k, x: at.x - (at.x - this.place.x) * grown, y: at.y - (at.y - this.place.y) * grown };
    this.apply();
  }

  zoomIn() {
    this.zoom(STEP);
  }

  zoomOut() {
    this.zoom(1 / STEP);
  }

  pan(dx, dy) {
    this.place.x += dx;
    this.place.y += dy;
    this.apply();
  }

  apply() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.keepInSight();
      const { k, x, y } = this.place;
      this.group?.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${k.toFixed(4)})`);
      this.stage.classList.toggle("far", k < 0.45);
      this.onMove();
    });
  }

  /** The picture cannot be lost: some of it stays on the stage. */
  keepInSight() {
    const { w, h } = this.room;
    const left = 80;
    this.place.x = Math.min(Math.max(this.place.x, left - this.size.width * this.place.k), w - left);
    this.place.y = Math.min(Math.max(this.place.y, left - this.size.height * this.place.k), h - left);
  }

  wheel(event) {
    // A piece inside another page leaves the wheel to the page.
    if (this.piece && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) return this.pan(-(event.deltaX || event.deltaY), 0);
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.zoom(Math.exp(-Math.max(Math.min(event.deltaY * lines, 120), -120) / (event.ctrlKey ? 90 : 320)), this.inStage(event));
  }

  inStage(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  down(event) {
    if (event.button > 0) return;
    this.pointers.set(event.pointerId, this.inStage(event));
    this.moved = this.pointers.size > 1;
    this.from = this.inStage(event);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.inStage(event);
    if (!this.moved && Math.hypot(now.x - this.from.x, now.y - this.from.y) < 4) return;
    if (!this.moved) this.stage.setPointerCapture(event.pointerId);
    this.moved = true;
    this.stage.classList.add("moving");
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (!other) return this.pan(now.x - before.x, now.y - before.y);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.zoom(Math.hypot(now.x - other.x, now.y - other.y) / (Math.hypot(before.x - other.x, before.y - other.y) || 1), middle);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.stage.classList.remove("moving");
  }

  /** Whether the click that ends now was a drag. */
  get dragged() {
    return Boolean(this.moved);
  }
}
