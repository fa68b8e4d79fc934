// Small builders; everything from outside goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function icon(name, extra = "") {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("class", `icon ${extra}`.trim());
  node.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  node.append(use);
  return node;
}

export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function downloadCsv(name, rows) {
  const quote = (cell) => {
    const text = String(cell ?? "");
    // A leading = + - @ would be run as a formula by spreadsheets.
    const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const text = rows.map((row) => row.map(quote).join(",")).join("\r\n");
  download(`${name}.csv`, new Blob([`${text}\r\n`], { type: "text/csv" }));
}
