// Another line of "whom it is for" or "who is left out": a copy of the empty one, with the next number.
const form = document.getElementById("compose");

for (const set of form.querySelectorAll("[data-line-set]")) {
  const field = (name) => set.querySelector(`[name=${set.dataset.lineSet}-${name}]`);
  const total = field("TOTAL_FORMS");
  const most = Number(field("MAX_NUM_FORMS").value);
  const button = set.querySelector("[data-add-line]");
  button.hidden = Number(total.value) >= most;
  button.addEventListener("click", () => {
    const copy = set.querySelector("[data-empty-line]").cloneNode(true);
    copy.innerHTML = copy.innerHTML.replaceAll("__prefix__", total.value);
    const lines = set.querySelector("[data-lines]");
    lines.append(copy.content);
    total.value = Number(total.value) + 1;
    button.hidden = Number(total.value) >= most;
    lines.lastElementChild.querySelector("select").focus();
  });
}
