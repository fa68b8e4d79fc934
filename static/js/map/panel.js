// The side panel of a node or a line: fetched from the server, which says it all in HTML.

import { findCharts } from "../charts.js";
import { carryState, readState } from "../state.js";

const ASKED = ["range", "from", "to", "compare", "account", "environment", "team", "group"];

export class Panel {
  constructor(box, onClose) {
    this.box = box;
    box.addEventListener("click", (event) => { if (event.target.closest("[data-panel-close]")) onClose(); });
  }

  get width() {
    return this.box.hidden || innerWidth <= 820 ? 0 : this.box.offsetWidth;
  }

  hide() {
    this.asked?.abort();
    this.box.hidden = true;
    this.shown = "";
  }

  /** Load and show; false when that is shown already. */
  show(id, kind) {
    const query = new URLSearchParams([...readState()].filter(([name]) => ASKED.includes(name)));
    const address = `${location.pathname}${kind}/${id}/?${query}`;
    const first = this.box.hidden;
    this.box.hidden = false;
    this.load(address, first);
    return true;
  }

  async load(address, first) {
    this.asked?.abort();
    this.asked = new AbortController();
    this.box.setAttribute("aria-busy", "true");
    if (first) this.box.replaceChildren();
    try {
      const response = await fetch(address, { signal: this.asked.signal, redirect: "manual" });
      if (response.type === "opaqueredirect") return location.reload();
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const content = page.querySelector("[data-panel]");
      if (!content) throw new Error(response.status === 404 ? "it is not on the map any more" : `the server answered ${response.status}`);
      if (content.outerHTML === this.html && this.shown === address) return;
      [this.html, this.shown] = [content.outerHTML, address];
      this.box.replaceChildren(document.importNode(content, true));
      this.box.scrollTop = 0;
      carryState(this.box);
      if (this.box.querySelector("[data-chart]")) findCharts();
      document.dispatchEvent(new CustomEvent("stackdeck:panel", { detail: this.box }));
    } catch (error) {
      if (error.name !== "AbortError") this.box.textContent = `Details could not be loaded: ${error.message}.`;
    } finally {
      this.box.removeAttribute("aria-busy");
    }
  }
}
