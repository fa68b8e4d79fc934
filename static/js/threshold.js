// Shows, while a threshold is typed, what it would have done over the last two weeks.

const place = document.getElementById("threshold-preview");
const form = place?.closest("form");
const pause = 400; // milliseconds without typing
let timer = 0;
let latest = 0;

async function preview() {
  const asked = ++latest;
  const query = new URLSearchParams(new FormData(form));
  query.delete("csrfmiddlewaretoken");
  query.set("rule", place.dataset.rule);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${place.dataset.preview}?${query}`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked !== latest) return;
    place.replaceChildren(...document.importNode(fresh.body, true).childNodes);
    document.dispatchEvent(new CustomEvent("stackdeck:refreshed"));
  } catch {
    if (asked === latest) place.textContent = "The preview could not be fetched. Saving still works.";
  } finally {
    if (asked === latest) place.removeAttribute("aria-busy");
  }
}

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(preview, pause);
}

/** A suggested line goes where a line already is, or above. */
function take(line) {
  const side = form.elements.below.value && !form.elements.above.value ? "below" : "above";
  form.elements[side].value = line;
  schedule();
}

if (form) {
  form.addEventListener("input", schedule);
  form.addEventListener("change", schedule);
  place.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]")?.dataset.line;
    if (line) take(line);
  });
  schedule();
}
