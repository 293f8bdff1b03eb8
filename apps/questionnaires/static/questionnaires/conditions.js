// Shows and hides questions as answers change: the same rules as questionnaires/conditions.py, which decides in the end.
// data-shown-* hides a question and keeps its fields from being sent; data-required-* moves the mark of a needed answer.

const answersTo = (root, name) =>
  [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((field) => !field.disabled)
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
    .map((field) => field.value)
    .filter((value) => value !== "");

function holds(root, element, kind) {
  const given = answersTo(root, element.dataset[`${kind}Field`]);
  const operator = element.dataset[`${kind}Operator`];
  if (operator === "filled") return given.length > 0;
  const wanted = JSON.parse(element.dataset[`${kind}Values`]);
  const found = given.some((value) => wanted.includes(value));
  return operator === "is_not" ? !found : found;
}

function show(element, visible) {
  element.hidden = !visible;
  for (const field of element.querySelectorAll("input, select, textarea")) field.disabled = !visible;
}

export function update(root) {
  for (const element of root.querySelectorAll("[data-shown-field]")) show(element, holds(root, element, "shown"));
  for (const element of root.querySelectorAll("[data-required-field]")) {
    const label = element.querySelector("[data-question-label]");
    label?.classList.toggle("required", holds(root, element, "required"));
  }
}

const updateAll = () => document.querySelectorAll("[data-questions]").forEach(update);
for (const name of ["input", "change", "htmx:load", "portal:restored"]) document.addEventListener(name, updateAll);
updateAll();
