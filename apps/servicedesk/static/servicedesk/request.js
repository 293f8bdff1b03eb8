// The names of chosen files, shown beside the button that opened the file dialog.
for (const input of document.querySelectorAll("input[type=file][data-shows]")) {
  input.addEventListener("change", () => {
    document.getElementById(input.dataset.shows).textContent = [...input.files].map((file) => file.name).join(", ");
  });
}
