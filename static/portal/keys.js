// Keys of a page: any control with data-key="j" (and data-key-label="next") is used by that key.
// Single keys are off while somebody types, and for people who switched them off.
// A module may register more with onKey("j", "next", handler). "g" and then the letter in data-go="l" opens a place.
// Ctrl+Enter (or Cmd+Enter) in a field sends its form.

const extra = new Map();

export const onKey = (key, label, handler) => {
  extra.set(key, { label, handler });
  showHint();
};

const typing = (element) => element?.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
// What stands in a closed menu of a button that is shown can be used too.
const menuOf = (element) => element.closest(".dropdown-menu")?.parentElement;
const shown = (element) => !element.disabled && (menuOf(element) || element).getClientRects().length > 0;
const GO_WITHIN = 1500;
let goUntil = 0;
const marked = () => [...document.querySelectorAll("[data-key]")].filter(shown);
const labelOf = (element) => element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.trim();

function allKeys() {
  const found = new Map();
  for (const element of marked()) if (!found.has(element.dataset.key)) found.set(element.dataset.key, labelOf(element));
  for (const [key, { label }] of extra) found.set(key === " " ? "␣" : key, label);
  for (const place of document.querySelectorAll("[data-go]")) found.set(`g ${place.dataset.go}`, labelOf(place));
  return found;
}

function openHelp() {
  const dialog = document.getElementById("keys-help");
  const list = dialog.querySelector("[data-keys-list]");
  list.replaceChildren(...[...allKeys()].flatMap(([key, label]) => {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    return [term, Object.assign(document.createElement("dd"), { textContent: label })];
  }));
  if (list.childElementCount && !dialog.open) dialog.showModal();
}

function use(element) {
  if (element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) element.focus();
  else element.click();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open], .modal.show, .offcanvas-md.show")) return;
  if (event.key === "?") return openHelp();
  if (Date.now() < goUntil) {
    goUntil = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      return place.click();
    }
  }
  if (event.key === "g" && document.querySelector("[data-go]")) {
    goUntil = Date.now() + GO_WITHIN;
    return;
  }
  // Space on a button or a tick is the browser's own.
  if (event.key === " " && event.target.closest("button, input, summary")) return;
  // The row in hand, if there is one, comes before the rest of the page.
  const row = document.querySelector("[data-key-row].active") || document;
  const own = [...row.querySelectorAll("[data-key]")].filter(shown).find((each) => each.dataset.key === event.key);
  const target = own || marked().find((each) => each.dataset.key === event.key);
  if (!target && !extra.has(event.key)) return;
  event.preventDefault();
  if (target) use(target);
  else extra.get(event.key).handler(event);
}

function send(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.form) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function showHint() {
  const hint = document.querySelector(".portal-keys-hint");
  if (hint) hint.hidden = document.body.dataset.shortcuts === "off" || allKeys().size === 0;
}

export function startKeys() {
  document.querySelectorAll("[data-open-keys]").forEach((button) => button.addEventListener("click", openHelp));
  showHint();
  if (document.body.dataset.shortcuts !== "off") document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", send);
}
