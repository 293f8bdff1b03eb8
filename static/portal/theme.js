// "As the device": choose before the first paint, follow the device while the page is open.
const root = document.documentElement;
if (root.dataset.themeChoice === "auto") {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  apply();
  dark.addEventListener("change", apply);
}
