// What this browser remembers; silent where storage is switched off.

export function recall(name, fallback = "") {
  try {
    return localStorage.getItem(name) ?? fallback;
  } catch {
    return fallback;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing to do: it is only a convenience.
  }
}
