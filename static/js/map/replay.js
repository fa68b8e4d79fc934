// The time slider: shows the map of one column of the window after the other.

import { element, icon } from "../dom.js";
import { addressWith, readState } from "../state.js";
import { clockText } from "../zone.js";

const PAUSE = 140; // ms without a move before a column is asked for
const FRAME = 900; // ms that a column stays while playing

export class Replay {
  constructor(root, onData) {
    this.onData = onData;
    const part = (name) => root.querySelector(`[data-map-${name}]`);
    [this.slider, this.button, this.moment, this.deploys] = ["slider", "play", "moment", "deploys"].map(part);
    this.slider.addEventListener("input", () => this.moved());
    this.button.addEventListener("click", () => this.play(!this.playing));
  }

  /** The last place of the slider is the whole window. */
  show(replay) {
    this.columns = replay;
    const count = replay.starts.length;
    this.slider.max = count;
    const at = replay.at === null ? count : replay.starts.indexOf(replay.at);
    if (!this.waiting) this.slider.value = at < 0 ? count : at;
    this.say();
    this.markDeploys();
  }

  say() {
    const { starts, step } = this.columns;
    const position = Number(this.slider.value);
    const whole = position >= starts.length;
    const days = starts.at(-1) - starts[0] >= 86_400;
    const text = whole ? "Whole time range" : `${clockText(starts[position] * 1000, days)} – ${clockText((starts[position] + step) * 1000)}`;
    this.moment.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
  }

  markDeploys() {
    const page = document.getElementById("page-window")?.dataset;
    const markers = (page && JSON.parse(page.markers || '""')) || [];
    const { starts, step } = this.columns;
    const span = starts.length * step;
    this.deploys.replaceChildren(...markers.map((marker) => {
      const mark = element("span", { class: "map-deploy", title: [marker.label, marker.detail].filter(Boolean).join(": ") });
      mark.style.setProperty("left", `${Math.min(Math.max((marker.at - starts[0]) / span, 0), 1) * 100}%`);
      return mark;
    }));
  }

  moved() {
    this.play(false);
    this.say();
    this.ask(PAUSE);
  }

  ask(after) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.load(), after);
  }

  async load() {
    const { starts } = this.columns;
    const at = starts[Number(this.slider.value)] ?? null;
    history.replaceState(null, "", addressWith({ at }));
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const response = await fetch(`/api/v1/map?${readState()}`, { signal: this.asked.signal, redirect: "manual" });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const data = await response.json();
      this.waiting = 0;
      this.onData(data);
      if (this.playing) this.next = setTimeout(() => this.step(), FRAME);
    } catch (error) {
      this.waiting = 0;
      if (error.name === "AbortError") return;
      this.play(false);
      this.moment.textContent = `Not loaded: ${error.message}`;
    }
  }

  /** From the beginning, or on from where it stands. */
  play(playing) {
    this.playing = playing;
    clearTimeout(this.next);
    this.button.setAttribute("aria-pressed", String(playing));
    this.button.setAttribute("aria-label", playing ? "Pause" : "Replay");
    this.button.replaceChildren(icon(playing ? "pause" : "play"));
    if (!playing) return;
    if (Number(this.slider.value) >= Number(this.slider.max)) this.slider.value = -1;
    this.slider.value = Number(this.slider.value);
    this.say();
    this.ask(0);
  }

  step() {
    this.slider.value = Number(this.slider.value) + 1;
    this.say();
    if (Number(this.slider.value) >= Number(this.slider.max)) this.play(false);
    this.ask(0);
  }
}
