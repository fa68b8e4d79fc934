// Dialogs, menus, drawer, copying: the small things that open and close.

import { keep } from "./storage.js";
import { toast } from "./toast.js";

const root = document.documentElement;

export function startDialogs() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("focusout", closeLeftMenu);
  document.addEventListener("input", narrow);
}

function onClick(event) {
  const on = (selector) => event.target.closest(selector);
  closeMenusOutside(event.target);
  if (on("[data-open]")) open(on("[data-open]").dataset.open);
  if (on("[data-close]")) on("dialog")?.close();
  if (event.target.matches("dialog")) event.target.close();
  if (on("[data-copy]")) copy(on("[data-copy]").dataset.copy);
  if (on("[data-copy-from]")) copy(on(".code").querySelector("code").textContent);
  if (on("[data-drawer]")) setDrawer(on("[data-drawer]").dataset.drawer === "open");
  if (on("[data-collapse]")) collapse();
}

function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]") ?? document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  setDrawer(false);
}

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => { menu.open = false; });
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("stackdeck:open"));
}

function closeMenusOutside(target) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(target)) menu.open = false;
}

function closeLeftMenu(event) {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
}

/** A menu that would leave the window opens towards its middle instead. */
function onToggle(event) {
  const list = event.target.matches?.("details[data-menu][open]") && event.target.querySelector(".menu-list");
  if (!list) return;
  list.classList.remove("flipped");
  const box = list.getBoundingClientRect();
  list.classList.toggle("flipped", box.right > innerWidth - 4 || box.left < 4);
}

function narrow(event) {
  if (!event.target.matches("[data-narrow]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const option of event.target.closest("form").querySelectorAll("label.menu-item")) {
    option.hidden = !option.textContent.toLowerCase().includes(wanted);
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied", { level: "success" });
  } catch {
    toast("The browser did not allow copying. Select the text and copy it by hand.", { level: "warning" });
  }
}

function setDrawer(opened) {
  if (opened === root.hasAttribute("data-drawer-open")) return;
  root.toggleAttribute("data-drawer-open", opened);
  document.querySelector(".drawer-shade").hidden = !opened;
  document.querySelector(opened ? ".drawer-close" : ".drawer-open").focus();
}

function collapse() {
  const collapsed = root.dataset.sidebar !== "collapsed";
  if (collapsed) root.dataset.sidebar = "collapsed";
  else delete root.dataset.sidebar;
  keep("sidebar", collapsed ? "collapsed" : "");
  showCollapsed();
}

export function showCollapsed() {
  const button = document.querySelector("[data-collapse]");
  if (!button) return;
  const collapsed = root.dataset.sidebar === "collapsed";
  button.setAttribute("aria-expanded", String(!collapsed));
  button.setAttribute("aria-label", collapsed ? "Expand sidebar" : "Collapse sidebar");
  button.querySelector("use").setAttribute("href", `${root.dataset.icons}#${collapsed ? "expand" : "collapse"}`);
}
