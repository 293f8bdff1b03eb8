// Another line of "whom it is for": a copy of the empty one, with the next number.
const form = document.getElementById("compose");
const total = form.querySelector("[name=line-TOTAL_FORMS]");
const most = Number(form.querySelector("[name=line-MAX_NUM_FORMS]").value);
const button = form.querySelector("[data-add-line]");

function add() {
  const copy = form.querySelector("[data-empty-line]").cloneNode(true);
  copy.innerHTML = copy.innerHTML.replaceAll("__prefix__", total.value);
  const lines = form.querySelector("[data-lines]");
  lines.append(copy.content);
  total.value = Number(total.value) + 1;
  button.hidden = Number(total.value) >= most;
  lines.lastElementChild.querySelector("select").focus();
}

button.hidden = Number(total.value) >= most;
button.addEventListener("click", add);

// The editors stand in place of labelled fields, so they take over the labels.
function nameEditors() {
  for (const editor of form.querySelectorAll("[role=textbox]:not([aria-label])")) {
    const field = editor.closest("[lang]")?.querySelector("textarea");
    if (field) editor.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() || field.name);
  }
}

nameEditors();
new MutationObserver(nameEditors).observe(form, { childList: true, subtree: true });
