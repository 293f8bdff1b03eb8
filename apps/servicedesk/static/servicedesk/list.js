// The list by keyboard: j and k move the row in hand; x, t, Enter act on it (the keys stand on its controls); Space shows
// it without leaving the list; a, c, b, q open its page with the form of the move. The row in hand is kept for the way back.
import { onKey } from "../portal/keys.js";

const KEPT = "list-row";
const rows = () => [...document.querySelectorAll("[data-key-row]")];
const current = () => document.querySelector("[data-key-row].active");
const linkOf = (row) => row.querySelector("a[data-key=Enter]");
const words = document.getElementById("rows").dataset;

function mark(row) {
  for (const each of rows()) for (const css of ["active", "table-active"]) each.classList.toggle(css, each === row);
  row.scrollIntoView({ block: "nearest" });
}

function choose(row) {
  mark(row);
  linkOf(row).focus({ preventScroll: true });
  sessionStorage.setItem(KEPT, JSON.stringify([row.id, rows().indexOf(row)]));
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  choose(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

function open(verb) {
  const row = current();
  if (row) location.assign(`${linkOf(row).getAttribute("href")}?do=${verb}#do`);
}

function preview() {
  const row = current();
  if (!row) return;
  window.htmx.ajax("GET", `${linkOf(row).getAttribute("href")}/preview`, "#preview-body");
  document.getElementById("preview").showModal();
}

// Back from a request: the same row, or the one that moved up into its place.
function takeUpAgain() {
  const [id, place] = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  const row = document.getElementById(id) || (id && rows()[Math.min(place, rows().length - 1)]);
  if (row) mark(row);
}

if (rows().length) {
  onKey("j", words.nextLabel, () => move(1));
  onKey("k", words.beforeLabel, () => move(-1));
  onKey(" ", words.previewLabel, preview);
  onKey("a", words.assignLabel, () => open("assign"));
  onKey("c", words.completeLabel, () => open("complete"));
  onKey("b", words.returnLabel, () => open("return"));
  onKey("q", words.askLabel, () => open("ask"));
  if (document.body.dataset.shortcuts !== "off") takeUpAgain();
}

document.querySelector("[data-all]")?.addEventListener("change", (event) => {
  for (const box of document.querySelectorAll("[data-key-row] input[name=pk]")) box.checked = event.target.checked;
});
