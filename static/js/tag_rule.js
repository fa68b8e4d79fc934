// Shows, while a tag rule is typed, which resources it would take in now.

const output = document.getElementById("rule-preview");
const account = document.getElementById("id_account");
const tags = document.getElementById("id_tags");
const pause = 300; // milliseconds without typing
let timer = 0;
let latest = 0;

async function preview() {
  const asked = ++latest;
  const query = new URLSearchParams({ account: account.value, tags: tags.value });
  try {
    const answer = await fetch(`${output.dataset.preview}?${query}`, { headers: { Accept: "application/json" } });
    const { text, error } = await answer.json();
    if (asked === latest) output.textContent = text ?? error;
  } catch {
    if (asked === latest) output.textContent = "The preview could not be fetched. Saving still works.";
  }
}

function schedule() {
  clearTimeout(timer);
  if (tags.value.trim() === "") return;
  timer = setTimeout(preview, pause);
}

if (output && account && tags) {
  account.addEventListener("change", schedule);
  tags.addEventListener("input", schedule);
  schedule();
}
