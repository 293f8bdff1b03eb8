// Forms marked data-keep: what is typed stays in this browser tab until the form was taken, so that a session
// that ended, a broken line or a closed window costs nothing. Never passwords, files or hidden fields.

const PREFIX = "kept:";
const SENT = "kept-sent";
const isKept = (field) => field.name && !["password", "file", "hidden", "submit", "button", "reset"].includes(field.type);
const fieldsOf = (form) => [...form.elements].filter(isKept);
const keyOf = (form) => `${PREFIX}${document.body.dataset.person}:${location.pathname}#${form.dataset.keep || form.id || [...document.forms].indexOf(form)}`;

function save(form) {
  const values = fieldsOf(form).map((field) => [field.name, field.value, field.checked ?? null, field.selectedOptions ? [...field.selectedOptions].map((each) => each.value) : null]);
  sessionStorage.setItem(keyOf(form), JSON.stringify(values));
}

function putBack(field, [, value, checked, selected]) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
  else if (field.tagName === "SELECT") for (const option of field.options) option.selected = selected.includes(option.value);
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function restore(form) {
  const text = sessionStorage.getItem(keyOf(form));
  if (!text) return;
  const kept = JSON.parse(text);
  // A form whose fields grow (rows of a table) makes room for what was typed first.
  form.dispatchEvent(new CustomEvent("portal:restoring", { bubbles: true, detail: kept.map(([name]) => name) }));
  const fields = fieldsOf(form);
  for (const saved of kept) {
    const choice = (field) => !["checkbox", "radio"].includes(field.type) || field.value === saved[1];
    const field = fields.find((each) => each.name === saved[0] && choice(each));
    if (field) putBack(field, saved);
  }
  form.dispatchEvent(new CustomEvent("portal:restored", { bubbles: true }));
}

// The page after a sent form tells: sign-in and "not taken" pages mean that it still has to be sent, any other page
// that it was taken (or holds the fields itself, with their errors). Going back or loading again tells nothing.
function forgetWhatWasTaken() {
  const key = sessionStorage.getItem(SENT);
  if (!key || performance.getEntriesByType("navigation")[0]?.type === "back_forward") return;
  sessionStorage.removeItem(SENT);
  if (!document.querySelector("[data-sign-in], [data-not-taken]")) sessionStorage.removeItem(key);
}

export function startKeeping() {
  forgetWhatWasTaken();
  for (const form of document.querySelectorAll("form[data-keep]")) {
    // A form that comes back from the server with its errors holds what was sent; only a fresh one is filled again.
    if (!form.querySelector(".is-invalid, [aria-invalid=true]")) restore(form);
    form.addEventListener("input", () => save(form));
    form.addEventListener("change", () => save(form));
    form.addEventListener("submit", () => {
      save(form);
      sessionStorage.setItem(SENT, keyOf(form));
    });
  }
}
