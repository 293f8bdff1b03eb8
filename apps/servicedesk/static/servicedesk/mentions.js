// "@" in a text opens the names of the office; arrows and Enter choose. Without this, the list below the text does.
for (const text of document.querySelectorAll("textarea[data-mentions]")) attach(text);

function attach(text) {
  const select = document.getElementById(text.dataset.mentions);
  if (!select) return;
  const box = document.createElement("div");
  box.className = "list-group portal-mentions";
  box.id = `${text.id}-names`;
  box.setAttribute("role", "listbox");
  box.hidden = true;
  text.after(box);
  text.setAttribute("aria-controls", box.id);
  text.setAttribute("aria-autocomplete", "list");
  let at = 0;

  const begun = () => text.value.slice(0, text.selectionStart).match(/@([^\s@]{0,20})$/);
  const shown = () => [...box.children];

  function close() {
    box.hidden = true;
    box.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    at = (place + shown().length) % shown().length;
    shown().forEach((row, n) => {
      row.classList.toggle("active", n === at);
      row.setAttribute("aria-selected", String(n === at));
    });
    text.setAttribute("aria-activedescendant", shown()[at].id);
  }

  function open() {
    const word = begun();
    const found = word
      ? [...select.options].filter((option) => option.label.toLowerCase().includes(word[1].toLowerCase())).slice(0, 6)
      : [];
    close();
    if (!found.length) return;
    box.append(...found.map(row));
    box.hidden = false;
    mark(0);
  }

  function row(option, n) {
    const made = document.createElement("div");
    made.className = "list-group-item list-group-item-action py-1";
    made.id = `${box.id}-${n}`;
    made.setAttribute("role", "option");
    made.textContent = option.label;
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(option);
    });
    made.option = option;
    return made;
  }

  function choose(option) {
    const name = option.label.replace(/（.*$/, "");
    const from = text.selectionStart - begun()[1].length;
    text.setRangeText(`${name} `, from, text.selectionStart, "end");
    option.selected = true;
    close();
  }

  text.addEventListener("input", open);
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter" || event.key === "Tab") choose(shown()[at].option);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
