// What was typed and kept in this tab (portal/keep_form.js) comes back into the field behind the editor: show it there.
const editors = new Map();

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => editors.set(textarea, editor));
document.addEventListener("change", ({ target }) => editors.get(target)?.commands.setContent(target.value));
