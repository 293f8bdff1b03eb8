// data-confirm="question" on a form or on one of its buttons: asks before the form is sent.
// htmx asks the same way for hx-confirm. data-confirm-label names the button that says yes.

const dialog = () => document.getElementById("confirm-dialog");

export function ask(question, label, goOn) {
  const box = dialog();
  const yes = box.querySelector("[data-confirm-yes]");
  yes.dataset.usual ??= yes.textContent;
  yes.textContent = label || yes.dataset.usual;
  box.querySelector("[data-confirm-text]").textContent = question;
  box.returnValue = "";
  box.addEventListener("close", () => box.returnValue === "yes" && goOn(), { once: true });
  box.showModal();
  yes.focus();
}

export function startConfirm() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const asker = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!asker.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    ask(asker.dataset.confirm, asker.dataset.confirmLabel, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(button);
      delete form.dataset.confirmed;
    });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt.dataset.confirmLabel, () => event.detail.issueRequest(true));
  });
}
