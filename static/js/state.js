// The page's state is the query string: read it, change it, follow it.

const CARRIED = ["range", "from", "to", "compare", "account", "environment", "team"];

export function readState() {
  return new URLSearchParams(location.search);
}

/** The current address with changes: {name: value | [values] | null}. */
export function addressWith(changes) {
  const state = readState();
  for (const [name, value] of Object.entries(changes)) {
    state.delete(name);
    for (const one of [value].flat()) if (one !== null && one !== "" && one !== undefined) state.append(name, one);
  }
  const query = state.toString();
  return location.pathname + (query ? `?${query}` : "");
}

/** Change the state: a new history entry and a quiet reload of the live regions. */
export function writeState(changes) {
  follow(addressWith(changes));
}

export function follow(address) {
  if (address === location.pathname + location.search) return;
  history.pushState(null, "", address);
  document.dispatchEvent(new CustomEvent("stackdeck:state"));
}

/** Let links to other pages of the dashboard take the time range and filters along. */
export function carryState(root) {
  const carried = [...readState()].filter(([name]) => CARRIED.includes(name));
  for (const link of root.querySelectorAll("a[href^='/'], tr[data-href^='/']")) {
    const name = link.matches("a") ? "href" : "data-href";
    const own = link.dataset.ownAddress ?? link.getAttribute(name);
    if (own.includes("?") || /^\/(admin|static|api|sign|\/)/.test(own)) continue;
    link.dataset.ownAddress = own;
    const [path, hash = ""] = own.split("#");
    const query = new URLSearchParams(carried).toString();
    link.setAttribute(name, path + (query ? `?${query}` : "") + (hash ? `#${hash}` : ""));
  }
}
