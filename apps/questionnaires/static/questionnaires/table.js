// Tables to fill in: rows are added, removed and pasted; calculated cells, totals and sums are shown as one types.
// The server reckons anew (questionnaires/columns.py, sums.py); what is shown here decides nothing.

const number = (text) => {
  const plain = (text ?? "").normalize("NFKC").replace(/[\s,]/g, "").replace("\u2212", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
};
const shown = (value) => String(Number(value.toFixed(4)));
const rounded = (value) => Math.round((value + Number.EPSILON * Math.sign(value)) * 100 + 1e-9 * Math.sign(value)) / 100;
const rowsOf = (table) => [...table.querySelectorAll("[data-table-rows] > [data-table-row]")];
const cell = (row, column) => row.querySelector(`[data-column="${CSS.escape(column)}"]`);
const valueOf = (row, column) => number(cell(row, column)?.value ?? cell(row, column)?.textContent);

function calculate(row) {
  for (const output of row.querySelectorAll("output[data-formula-of]")) {
    const product = output.dataset.formulaBy === "*";
    const values = output.dataset.formulaOf.split(" ").map((key) => valueOf(row, key));
    const known = values.filter((value) => value !== null);
    const missing = known.length === 0 || (product && known.length < values.length);
    output.value = missing ? "" : shown(rounded(known.reduce((a, b) => (product ? a * b : a + b), product ? 1 : 0)));
  }
}

const columnSum = (table, column) => rowsOf(table).reduce((sum, row) => sum + (valueOf(row, column) ?? 0), 0);

function reckon(table) {
  rowsOf(table).forEach(calculate);
  for (const total of table.querySelectorAll("[data-table-total]")) {
    total.textContent = shown(columnSum(table, total.dataset.tableTotal));
  }
}

function partOf(root, part) {
  const [key, column] = part.split(".");
  if (!column) return number(root.querySelector(`[name="${CSS.escape(key)}"]:not(:disabled)`)?.value) ?? 0;
  const table = root.querySelector(`[data-table][data-name="${CSS.escape(key)}"]`);
  return table ? columnSum(table, column) : 0;
}

function showSums(root) {
  for (const place of root.querySelectorAll("[data-sums]")) {
    const sums = JSON.parse(place.dataset.sums).map((rule) =>
      shown(rule.parts.reduce((sum, part) => sum + partOf(root, part), 0)),
    );
    place.hidden = false;
    place.querySelector("[data-sums-now]").textContent = [...new Set(sums)].join(" · ");
  }
}

function renumber(table) {
  const name = table.dataset.name;
  rowsOf(table).forEach((row, place) => {
    row.querySelector("[data-table-number]").textContent = place + 1;
    for (const field of row.querySelectorAll("[name]")) {
      field.name = `${name}-${place}-${field.dataset.column}`;
      field.setAttribute("aria-label", `${field.closest("td").dataset.label} ${place + 1}`);
    }
    for (const button of row.querySelectorAll("[data-table-remove]")) {
      button.hidden = false;
      button.setAttribute("aria-label", `${button.dataset.tableRemove} ${place + 1}`);
    }
  });
  table.querySelector("[data-table-add]").disabled = rowsOf(table).length >= Number(table.dataset.most);
}

function addRow(table) {
  if (rowsOf(table).length >= Number(table.dataset.most)) return null;
  const copy = table.querySelector("[data-table-copy]").content.firstElementChild.cloneNode(true);
  table.querySelector("[data-table-rows]").append(copy);
  return copy;
}

function changed(table) {
  renumber(table);
  reckon(table);
  const root = table.closest("[data-questions]");
  if (root) showSums(root);
}

function removeRow(table, row) {
  const rows = rowsOf(table);
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  row.remove();
  if (rows.length === 1) addRow(table);
  changed(table);
  (next ?? rowsOf(table)[0])?.querySelector("input, select")?.focus();
}

function put(field, text) {
  const option = field.options && [...field.options].find((each) => each.value === text || each.text.trim() === text);
  if (field.options) field.value = option ? option.value : "";
  else field.value = field.type === "date" ? text.replaceAll(/[/.]/g, "-") : text;
}

function paste(event) {
  const field = event.target.closest?.("[data-table-row] [name]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n");
  if (!field || (lines.length === 1 && !text.includes("\t"))) return;
  event.preventDefault();
  const table = field.closest("[data-table]");
  let row = field.closest("[data-table-row]");
  const first = [...row.querySelectorAll("[data-column]")].indexOf(field);
  for (const line of lines) {
    row ??= addRow(table);
    if (!row) break;
    const cells = [...row.querySelectorAll("[data-column]")].slice(first);
    line.split("\t").forEach((value, place) => cells[place]?.name && put(cells[place], value.trim()));
    row = row.nextElementSibling;
  }
  changed(table);
}

function enter(event) {
  const field = event.target.closest?.("[data-table-row] input");
  if (event.key !== "Enter" || !field || event.isComposing) return;
  event.preventDefault(); // not the whole form: the cell below, as in a spreadsheet
  const table = field.closest("[data-table]");
  const row = field.closest("[data-table-row]");
  const below = row.nextElementSibling ?? addRow(table);
  changed(table);
  if (below) cell(below, field.dataset.column)?.focus();
}

function begin() {
  for (const table of document.querySelectorAll("[data-table]")) {
    for (const part of table.querySelectorAll("[data-table-add], [data-table-hint]")) part.hidden = false;
    changed(table);
  }
  document.querySelectorAll("[data-questions]").forEach(showSums);
}

function takeSum(button) {
  const root = button.closest("[data-questions]");
  const field = root.querySelector(`[name="${CSS.escape(button.dataset.sumsTake)}"]`);
  field.value = button.closest("[data-sums]").querySelector("[data-sums-now]").textContent;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const take = event.target.closest?.("[data-sums-take]");
  if (take) takeSum(take);
  const table = event.target.closest?.("[data-table]");
  if (!table) return;
  if (event.target.closest("[data-table-remove]")) removeRow(table, event.target.closest("[data-table-row]"));
  if (event.target.closest("[data-table-add]")) {
    const row = addRow(table);
    changed(table);
    row?.querySelector("input, select")?.focus();
  }
});
document.addEventListener("input", (event) => {
  const table = event.target.closest?.("[data-table]");
  if (table) reckon(table);
  const root = event.target.closest?.("[data-questions]");
  if (root) showSums(root);
});
// What was typed into rows that are not there any more comes back: as many rows as its names speak of.
document.addEventListener("portal:restoring", (event) => {
  for (const table of event.target.querySelectorAll("[data-table]")) {
    const head = `${table.dataset.name}-`;
    const places = event.detail.filter((name) => name.startsWith(head)).map((name) => Number.parseInt(name.slice(head.length), 10));
    const wanted = Math.max(0, ...places.filter((place) => place >= 0)) + 1;
    while (rowsOf(table).length < wanted && addRow(table));
    renumber(table);
  }
});
document.addEventListener("paste", paste);
document.addEventListener("keydown", enter);
for (const name of ["htmx:load", "portal:restored"]) document.addEventListener(name, begin);
begin();
