// Help while filing: the words of the field one types in are asked for; the focus stays where it is.
const help = document.getElementById("help");
const offers = document.getElementById("offers");
const typed = document.getElementById("help-typed");
const WORDS = "textarea, input[type=text]";
const LAST = 200;

if (help?.hasAttribute("data-open-wide") && matchMedia("(min-width: 992px)").matches) help.open = true;

document.querySelector("form[data-keep=file]")?.addEventListener("input", (event) => {
  const field = event.target.closest(WORDS);
  if (!field || field.closest("[data-no-help]")) return;
  const words = field.value.trim().slice(-LAST);
  if (words.length < 2 || words === typed.value) return;
  typed.value = words;
  offers.dispatchEvent(new Event("typed"));
});
