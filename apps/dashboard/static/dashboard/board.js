// The list of work: one row is current; keys move it and press its buttons. Single keys are off while typing and
// where the person has switched them off (body[data-shortcuts="off"]).
const items = () => [...document.querySelectorAll("[data-item]")];
const current = () => document.querySelector("[data-item].current");

function select(item) {
  if (!item) return;
  current()?.classList.remove("current");
  item.classList.add("current");
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = items();
  const place = all.indexOf(current());
  select(all[Math.min(Math.max(place + step, 0), all.length - 1)]);
}

function openReason(button) {
  const dialog = document.getElementById("reason");
  const form = dialog.querySelector("form");
  form.action = button.dataset.reason;
  dialog.querySelector("#reason-title").textContent = button.dataset.label;
  dialog.querySelector("[data-what]").textContent = button.dataset.title;
  dialog.querySelector("[data-send]").textContent = button.dataset.label;
  const fields = dialog.querySelector("[data-fields]");
  fields.replaceChildren();
  for (const { name, value } of button.attributes) {
    if (!name.startsWith("data-field-")) continue;
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: name.slice(11), value });
    fields.append(input);
  }
  dialog.showModal();
  dialog.querySelector("textarea").focus();
}

function typing(target) {
  return target.closest("input, textarea, select, dialog, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.body.dataset.shortcuts === "off") return;
  if (event.key === "j") return move(1);
  if (event.key === "k") return move(-1);
  const item = current();
  if (!item) return;
  if (event.key === "Enter" && event.target === item) return item.querySelector("[data-open]").click();
  const button = item.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  button.click();
});

document.addEventListener("click", (event) => {
  const reason = event.target.closest("[data-reason]");
  if (reason) openReason(reason);
  if (event.target.closest("[data-preview]")) document.getElementById("preview").showModal();
  event.target.closest("[data-close]")?.closest("dialog").close();
  const item = event.target.closest("[data-item]");
  if (item) select(item);
});
