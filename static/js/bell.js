// The bell: the newest open alerts in a menu, and, in a browser that was asked for it, a notification of each new one.

import { keep, recall } from "./storage.js";
import { toast } from "./toast.js";

const EVERY = 60_000; // while the tab is hidden; else the page's own refresh wakes us
let tag = "";
let timer;

export function startBell() {
  document.addEventListener("toggle", (event) => { if (event.target.matches?.("[data-bell][open]")) fill(event.target); }, true);
  document.addEventListener("stackdeck:refreshed", onRefreshed);
  document.addEventListener("visibilitychange", schedule);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-notify]")) turn(); });
  show();
  if (isOn()) look();
  schedule();
}

function bell() {
  return document.querySelector("[data-bell]");
}

async function newest(headers = {}) {
  const response = await fetch(bell().dataset.bell, { headers, redirect: "manual", cache: "no-store" });
  if (response.status === 304) return null;
  if (!response.ok) throw new Error(String(response.status));
  tag = response.headers.get("ETag") ?? "";
  return new DOMParser().parseFromString(await response.text(), "text/html").body;
}

async function fill(menu) {
  const list = menu.querySelector("[data-bell-list]");
  try {
    const fresh = await newest();
    list.replaceChildren(...document.importNode(fresh, true).childNodes);
  } catch {
    list.textContent = "The alerts could not be fetched. Close this and open it again.";
  }
}

function onRefreshed() {
  const menu = bell();
  if (menu?.open) fill(menu);
  if (isOn()) look();
}

function schedule() {
  clearInterval(timer);
  if (isOn() && document.hidden) timer = setInterval(look, EVERY);
}

function isOn() {
  return bell() && "Notification" in window && Notification.permission === "granted" && recall("notify") === "on";
}

/** Tell of alerts that no tab of this browser has told of. */
async function look() {
  try {
    const fresh = await newest(tag ? { "If-None-Match": tag } : {});
    if (!fresh) return;
    const found = [...fresh.querySelectorAll("[data-alert]")];
    const seen = new Set(recall("notified").split(" "));
    for (const one of found) if (!seen.has(one.dataset.alert)) tell(one);
    keep("notified", found.map((one) => one.dataset.alert).join(" "));
  } catch {
    // The page's own refresh says so already.
  }
}

function tell(one) {
  const title = `${one.dataset.severity}: ${one.querySelector(".bell-what").textContent}`;
  const told = new Notification(title, { body: one.querySelector(".bell-why").textContent, tag: one.dataset.alert });
  told.addEventListener("click", () => { window.focus(); location.assign(one.getAttribute("href")); told.close(); });
}

/** The button of the preferences: the browser is asked only here. */
async function turn() {
  if (isOn()) keep("notify", "off");
  else await turnOn();
  show();
  schedule();
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") {
    return void toast("This browser does not allow it: its settings for this site say so.", { level: "warning" });
  }
  const fresh = await newest();
  keep("notified", [...fresh.querySelectorAll("[data-alert]")].map((one) => one.dataset.alert).join(" "));
  keep("notify", "on");
}

function show() {
  const button = document.querySelector("[data-notify]");
  if (!button) return;
  const able = "Notification" in window;
  button.disabled = !able;
  button.setAttribute("aria-pressed", String(Boolean(isOn())));
  button.textContent = isOn() ? "Turn off in this browser" : "Turn on in this browser";
  document.querySelector("[data-notify-state]").textContent = !able ? "This browser has no notifications for this address." : isOn() ? "They are on." : "They are off.";
}
