// The list by keyboard: j and k move the row in hand; x, t, a and Enter act on it (the keys stand on its controls).
import { onKey } from "../portal/keys.js";

const rows = () => [...document.querySelectorAll("[data-key-row]")];
const words = document.getElementById("rows").dataset;

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("active"));
  const to = Math.min(Math.max(at + step, 0), all.length - 1);
  all.forEach((row, place) => row.classList.toggle("active", place === to));
  all[to].querySelector("a[data-key=Enter]").focus({ preventScroll: true });
  all[to].scrollIntoView({ block: "nearest" });
}

if (rows().length) {
  onKey("j", words.nextLabel, () => move(1));
  onKey("k", words.beforeLabel, () => move(-1));
}

document.querySelector("[data-all]")?.addEventListener("change", (event) => {
  for (const box of document.querySelectorAll("[data-key-row] input[name=pk]")) box.checked = event.target.checked;
});
