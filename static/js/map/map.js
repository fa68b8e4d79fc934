// The service map: draws what the server placed, selects, walks, and keeps everything in the address.

import { addressWith, follow, readState, writeState } from "../state.js";
import { Camera } from "./camera.js";
import { picture } from "./draw.js";
import { readPicture, startFields } from "./fields.js";
import { showList } from "./list.js";
import { Panel } from "./panel.js";
import { Replay } from "./replay.js";
import { forgetWidths, svg } from "./svg.js";
import { Tip } from "./tip.js";
import { neighbour } from "./walk.js";

const NARROW = matchMedia("(max-width: 820px)");
const TONES = { critical: 0, warning: 1 };

class ServiceMap {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-map-${name}]`);
    this.source = root.dataset.source ?? "";
    this.stage = this.part("stage");
    this.sprites = { services: root.dataset.services, ui: document.documentElement.dataset.icons };
    this.canvas = svg("svg", { class: "map-svg", role: "application", "aria-label": "Service map. Arrow keys walk from node to node, Enter shows details, plus and minus zoom." });
    this.tip = new Tip(this.part("tip"), root);
    this.camera = new Camera(this.stage, { piece: Boolean(this.source), onMove: () => this.tip.hide() });
    this.selected = "";
    if (this.part("panel")) this.panel = new Panel(this.part("panel"), () => this.select(""));
    if (this.part("replay")) this.replay = new Replay(root, (data) => this.show(data));
    this.listen();
  }

  listen() {
    this.stage.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("pointerover", (event) => this.hover(event));
    this.stage.addEventListener("pointermove", (event) => { if (!this.part("tip").hidden) this.tip.move(event); });
    this.stage.addEventListener("pointerleave", () => this.unhover());
    this.stage.addEventListener("focusin", (event) => this.focused(event));
    this.stage.addEventListener("focusout", () => this.tip.hide());
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("click", (event) => this.button(event));
    new ResizeObserver(() => this.resized()).observe(this.stage);
    NARROW.addEventListener("change", () => this.show(this.data));
  }

  async start() {
    try {
      this.show(this.source ? await this.fetched() : readPicture());
    } catch (error) {
      this.say(`The map could not be loaded: ${error.message}. Reload the page to try again.`);
    }
  }

  async fetched() {
    const response = await fetch(this.source, { redirect: "manual" });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return response.json();
  }

  say(text) {
    this.part("skeleton")?.remove();
    this.part("state").textContent = text;
    this.part("state").hidden = !text;
  }

  /** Draw; what was drawn with the same geometry keeps its place on the screen. */
  show(data) {
    if (!data) return;
    performance.mark("map-data");
    const first = !this.data;
    const focus = this.stage.contains(document.activeElement) ? document.activeElement.dataset.id : "";
    this.data = data;
    this.boxes = new Map(data.boxes.map((box) => [box.id, box]));
    this.lines = new Map(data.lines.map((line) => [line.id, line]));
    this.say(data.boxes.length ? "" : "Nothing is left to show: hide less, ask for less traffic, or show the whole map.");
    this.asList = !this.source && NARROW.matches && readState().get("view") !== "picture";
    this.root.classList.toggle("as-list", this.asList);
    showList(this.part("list"), this.asList ? data : null, { sprites: this.sprites, onOpen: (box) => this.activate(box.id), onClose: (stack) => this.closeStack(stack) });
    this.group = picture(data, this.sprites);
    this.canvas.replaceChildren(this.group);
    if (!this.canvas.isConnected) this.stage.append(this.canvas);
    this.camera.show(this.group, data);
    this.rove(this.boxes.has(focus) ? focus : data.boxes[0]?.id, Boolean(focus));
    this.replay?.show(data.replay);
    if (first) this.arrive();
    else this.mark();
    this.root.dataset.drawn = data.key;
    this.root.dataset.colour = data.colour;
    requestAnimationFrame(() => performance.mark("map-drawn"));
  }

  /** The first view: fitted, with what the address selects or what hurts most in sight. */
  arrive() {
    if (this.source) this.root.style.setProperty("height", `${this.camera.heightFor(this.data)}px`);
    this.camera.fit(this.worst());
    this.fitted = true;
    if (this.source) return;
    this.select(readState().get("selected") ?? "", { keep: true });
  }

  worst() {
    const hurt = this.data.boxes.filter((box) => box.tone in TONES);
    const faults = (box) => box.ring?.[3] ?? 0;
    return hurt.sort((one, other) => TONES[one.tone] - TONES[other.tone] || faults(other) - faults(one))[0];
  }

  resized() {
    if (!this.data || !this.stage.clientWidth) return;
    if (this.fitted && this.width !== undefined && this.width !== this.stage.clientWidth && !this.camera.dragged) this.camera.fit(this.worst());
    this.width = this.stage.clientWidth;
    this.camera.apply();
  }

  node(id) {
    return this.canvas.querySelector(`.node[data-id="${CSS.escape(id)}"]`);
  }

  /** One node can be reached by Tab; arrows lead on. */
  rove(id, focus) {
    for (const node of this.canvas.querySelectorAll(".node[tabindex='0']")) node.setAttribute("tabindex", -1);
    const node = id && this.node(id);
    node?.setAttribute("tabindex", 0);
    if (focus) node?.focus({ preventScroll: true });
  }

  click(event) {
    if (this.camera.dragged) return;
    const close = event.target.closest("[data-close-stack]");
    if (close) return this.closeStack(Number(close.dataset.closeStack));
    const found = event.target.closest(".node, .line");
    if (found?.matches(".node")) this.rove(found.dataset.id, true);
    if (found) this.activate(found.dataset.id);
    else this.select("");
  }

  /** A collapsed stack opens in its place; anything else shows its details. */
  activate(id) {
    const box = this.boxes.get(id);
    if (box?.kind === "stack") return this.openStack(box.stack);
    if (box?.kind === "hidden") return;
    if (this.source) return location.assign(this.address({ focus: box ? id : null, selected: id }));
    this.select(id);
  }

  /** An address of the map page, from wherever this piece stands. */
  address(changes) {
    const query = new URLSearchParams(addressWith(changes).split("?")[1] ?? "");
    return `${this.root.dataset.page}?${query}`;
  }

  openStack(stack) {
    if (this.source) return location.assign(this.address({ stack: null, open: [stack] }));
    this.opening = stack;
    const opened = readState().getAll("open");
    writeState({ open: [...new Set([...opened, String(stack)])] });
  }

  closeStack(stack) {
    if (this.source) return;
    const others = this.data.collapsing ? readState().getAll("open") : this.data.opened;
    writeState({ open: others.map(String).filter((one) => one !== String(stack)), collapse: this.data.collapsing ? readState().get("collapse") : "all" });
  }

  /** Show the details of a node or line; nothing is loaded anew but the panel. */
  select(id, { keep = false } = {}) {
    const known = this.boxes.has(id) || this.lines.has(id);
    if (id === this.selected && !keep) return;
    this.selected = known ? id : "";
    this.tip.hide();
    if (!keep) history.pushState(null, "", addressWith({ selected: this.selected || null }));
    this.mark();
    const box = this.boxes.get(id);
    if (known && !this.panel?.show(id, box?.noun ? "nodes" : "edges")) return;
    if (!known) this.panel?.hide();
    if (box) this.camera.reveal(box, this.panel?.width ?? 0);
  }

  /** What belongs to the selection stays; the rest steps back. */
  mark() {
    const [box, line] = [this.boxes.get(this.selected), this.lines.get(this.selected)];
    this.group.classList.toggle("has-selection", Boolean(box || line));
    const ends = line ? [line.source, line.target] : [];
    const near = new Set(box ? [this.selected] : ends);
    for (const one of this.canvas.querySelectorAll(".line")) {
      const { id, source, target } = one.dataset;
      const mine = id === this.selected || (box && (source === box.id || target === box.id));
      one.classList.toggle("near", Boolean(mine));
      if (mine) near.add(source).add(target);
    }
    for (const one of this.canvas.querySelectorAll(".label")) {
      const { source, target } = this.lines.get(one.dataset.line);
      one.classList.toggle("near", one.dataset.line === this.selected || Boolean(box && (source === box.id || target === box.id)));
    }
    for (const one of this.canvas.querySelectorAll(".node")) {
      one.classList.toggle("near", near.has(one.dataset.id));
      one.classList.toggle("selected", one.dataset.id === this.selected);
      if (one.dataset.id === this.selected) one.setAttribute("aria-expanded", "true");
      else one.removeAttribute("aria-expanded");
    }
  }

  /** From the panel to a neighbour, which may be in a collapsed stack. */
  lead(id) {
    if (this.boxes.has(id)) return this.select(id);
    follow(addressWith({ focus: id, hops: null, selected: id }));
  }

  hover(event) {
    const found = event.target.closest?.(".node, .line");
    if (event.pointerType === "touch" || found === this.over) return;
    this.unhover();
    this.over = found;
    if (!found) return;
    found.classList.add("over");
    const box = this.boxes.get(found.dataset.id);
    if (found.matches(".line")) this.labelsOf(found.dataset.id, true);
    this.tip.show(box ? titleOf(box) : this.lineTitle(found.dataset.id), (box ?? this.lines.get(found.dataset.id)).facts ?? [], event);
  }

  unhover() {
    this.over?.classList.remove("over");
    if (this.over?.matches(".line")) this.labelsOf(this.over.dataset.id, false);
    this.over = null;
    this.tip.hide();
  }

  labelsOf(id, shown) {
    this.canvas.querySelector(`.label[data-line="${CSS.escape(id)}"]`)?.classList.toggle("over", shown);
  }

  lineTitle(id) {
    const line = this.lines.get(id);
    return `${titleOf(this.boxes.get(line.source))} → ${titleOf(this.boxes.get(line.target))}`;
  }

  focused(event) {
    const node = event.target.closest?.(".node");
    if (!node) return;
    const box = this.boxes.get(node.dataset.id);
    this.rove(box.id, false);
    if (!node.matches(":focus-visible")) return;
    this.camera.reveal(box, this.panel?.width ?? 0);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const place = node.getBoundingClientRect();
      if (node === document.activeElement) this.tip.show(titleOf(box), box.facts ?? [], { x: place.left + 12, y: place.bottom - 6 });
    }));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const id = event.target.closest(".node")?.dataset.id;
    const actions = {
      "+": () => this.camera.zoomIn(), "=": () => this.camera.zoomIn(), "-": () => this.camera.zoomOut(), 0: () => this.camera.overview(),
      Escape: () => this.leave(),
      ...(id && { Enter: () => this.activate(id), " ": () => this.activate(id), f: () => this.focusOn(id) }),
    };
    if (id && event.key.startsWith("Arrow")) {
      const pans = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
      actions[event.key] = event.shiftKey ? () => this.camera.pan(...pans[event.key]) : () => this.rove(neighbour(this.data, id, event.key)?.id ?? id, true);
    }
    if (!actions[event.key] || (event.key === "Escape" && !this.selected)) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }

  leave() {
    const id = this.selected;
    this.select("");
    this.node(id)?.focus({ preventScroll: true });
  }

  focusOn(id) {
    if (/^[nr]/.test(id)) follow(this.source ? this.address({ focus: id }) : addressWith({ focus: id, hops: null }));
  }

  button(event) {
    const chosen = event.target.closest("[data-map-select]")?.dataset.mapSelect;
    if (chosen) this.lead(chosen);
    const zoom = event.target.closest("[data-map-zoom]")?.dataset.mapZoom;
    if (zoom) ({ in: () => this.camera.zoomIn(), out: () => this.camera.zoomOut(), fit: () => this.camera.overview() })[zoom]();
  }

  /** New data or a new address: draw again, and select what the address says. */
  refreshed() {
    const data = readPicture();
    const moved = data.key !== this.data?.key;
    const focus = readState().get("focus") ?? "";
    this.show(data);
    this.select(readState().get("selected") ?? "", { keep: true });
    if (moved && focus !== (this.focus ?? "")) this.camera.fit(this.boxes.get(focus) ?? this.worst());
    this.focus = focus;
    const frame = data.frames.find((one) => one.stack === this.opening);
    if (frame) this.camera.frame(frame);
    this.opening = null;
  }
}

function titleOf(box) {
  return box.kind === "hidden" ? box.noun : `${box.noun} ${box.name}`.replace("Clients of Clients", "Clients");
}

/** Links of the map's bar change the address without leaving the page. */
function startBar() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-map-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    follow(link.pathname + link.search);
  });
}

function startExports(map) {
  document.addEventListener("click", async (event) => {
    const kind = event.target.closest("[data-map-export]")?.dataset.mapExport;
    if (!kind) return;
    event.target.closest("details").open = false;
    const { exportPicture } = await import("./export.js");
    await exportPicture(map.group, map.data, kind);
  });
}

/** What the page shows: another kind needs another page. */
function kind() {
  const data = readPicture();
  return data ? (data.boxes ? "picture" : "table") : "empty";
}

const shown = kind();
const maps = [...document.querySelectorAll("[data-map]")].map((root) => new ServiceMap(root));
const own = maps.find((map) => !map.source);
document.addEventListener("stackdeck:refreshed", () => {
  if (kind() !== shown) return location.reload();
  for (const map of maps) map.source ? map.start() : map.refreshed();
});
document.fonts.ready.then(() => { forgetWidths(); for (const map of maps) if (map.data) map.show(map.data); });
for (const map of maps) map.start();
if (document.querySelector("[data-map-bar]")) {
  startBar();
  startFields();
}
if (own) {
  own.focus = readState().get("focus") ?? "";
  startExports(own);
}
performance.mark("map-interactive");
