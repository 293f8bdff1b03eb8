// The request's page: names of chosen files beside the button that opened the file dialog; the form that was opened is
// ready to be typed into.
for (const input of document.querySelectorAll("input[type=file][data-shows]")) {
  input.addEventListener("change", () => {
    document.getElementById(input.dataset.shows).textContent = [...input.files].map((file) => file.name).join(", ");
  });
}

const opened = document.querySelector("#do form, [data-first-field]");
const first = opened?.querySelector(".is-invalid, [aria-invalid=true] input") || opened?.querySelector(
  "textarea, select:not([data-canned]), input:not([type=hidden], [type=file])",
);
// After the page is loaded: going to #do takes the focus away from wherever it was.
if (first) window.addEventListener("load", () => setTimeout(() => first.focus()));

// Whoever else has the page open is told that somebody writes here.
const writing = document.querySelector("[data-writing]");
if (writing) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) writing.value = event.target.value.trim() ? "1" : "";
  });
}
