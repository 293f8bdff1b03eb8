// A file that was taken at once must not be sent a second time with the form.

document.addEventListener("htmx:afterRequest", (event) => {
  const input = event.target;
  if (!input.matches?.("input[data-upload]") || !event.detail.successful) return;
  input.value = "";
});
