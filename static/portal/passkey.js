// Says in words what went wrong when a passkey was asked for; allauth's own script does the asking.
const words = document.getElementById("passkey-words").dataset;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-passkey-trouble]");
  if (!place) return;
  place.textContent = event.detail.exception?.name === "NotAllowedError" ? words.cancelled : words.failed;
  place.hidden = false;
});
