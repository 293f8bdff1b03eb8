// The editor asks `gettext` for the words of its dialogs; the names of its buttons it does not ask for.
{
  const spans = document.getElementById("editor-words").content.querySelectorAll("[data-word]");
  const words = new Map(Array.from(spans, (span) => [span.dataset.word, span.textContent]));
  window.gettext = (text) => words.get(text) ?? text;

  const name = () => {
    for (const button of document.querySelectorAll(".prose-menubar [title]")) {
      const word = words.get(button.title);
      if (word && word !== button.title) {
        button.title = word;
        button.setAttribute("aria-label", word);
      }
    }
    for (const option of document.querySelectorAll(".prose-menubar__option")) {
      const word = words.get(option.textContent.trim());
      if (word && word !== option.textContent) option.textContent = word;
    }
    // The editors stand in place of labelled fields, so they take over the labels.
    for (const editor of document.querySelectorAll("[role=textbox]:not([aria-label])")) {
      const field = editor.closest("[lang]:not(html)")?.querySelector("textarea");
      if (field) editor.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() || field.name);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    name();
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  });
}
