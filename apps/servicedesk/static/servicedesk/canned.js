// Canned replies: choosing one shows it as it will read, Insert (or Enter) puts it where the cursor was.
for (const box of document.querySelectorAll("[data-canned-box]")) {
  const select = box.querySelector("[data-canned]");
  const button = box.querySelector("[data-canned-insert]");
  const preview = box.querySelector("[data-canned-preview]");
  const target = document.getElementById(box.dataset.into);
  let text = "";
  let asked = Promise.resolve();

  async function load() {
    text = "";
    button.disabled = true;
    preview.hidden = true;
    const wanted = select.value;
    if (!wanted) return;
    const answer = await fetch(box.dataset.url.replace(/0$/, wanted));
    if (!answer.ok || select.value !== wanted) return;
    text = await answer.text();
    preview.textContent = text;
    preview.hidden = false;
    button.disabled = false;
  }

  async function insert() {
    await asked;
    if (!text) return;
    target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
    const used = Object.assign(document.createElement("input"), { type: "hidden", name: "canned", value: select.value });
    target.form.append(used);
    target.dispatchEvent(new Event("input", { bubbles: true }));
    select.value = "";
    load();
    target.focus();
  }

  select.addEventListener("change", () => (asked = load()));
  select.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !select.value) return;
    event.preventDefault();
    insert();
  });
  button.addEventListener("click", insert);
}
