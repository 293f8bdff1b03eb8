// Turns notifications on and off in this browser. It asks only when the button is pressed.
const form = document.querySelector("[data-browser-form]");
if (form) start(form);

async function start(form) {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return show("unsupported");
  const registration = await navigator.serviceWorker.getRegistration(form.dataset.scope);
  const subscription = await registration?.pushManager.getSubscription();
  const row = subscription && (await rowOf(subscription.endpoint));
  if (row) markThisBrowser(row, subscription);
  else show(Notification.permission === "denied" ? "denied" : "off");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    turnOn(form);
  });
}

async function turnOn(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      return show(Notification.permission === "denied" ? "denied" : "off");
    }
    const registration = await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
    await ready(registration);
    const { endpoint, keys } = (await subscribe(registration.pushManager, form.dataset.key)).toJSON();
    Object.entries({ endpoint, p256dh: keys.p256dh, auth: keys.auth }).forEach(([name, value]) => {
      form.elements[name].value = value;
    });
    form.submit();
  } catch (error) {
    console.warn(error);
    show("failed");
  } finally {
    button.disabled = false;
  }
}

// A browser may still hold a subscription for another key of ours: it has to give that up first.
async function subscribe(manager, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await manager.subscribe(options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    await (await manager.getSubscription())?.unsubscribe();
    return manager.subscribe(options);
  }
}

function ready(registration) {
  const worker = registration.active || registration.waiting || registration.installing;
  if (worker.state === "activated") return Promise.resolve();
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
  });
}

async function rowOf(endpoint) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  const digest = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return document.querySelector(`[data-browser-digest="${digest}"]`);
}

function markThisBrowser(row, subscription) {
  show("on");
  row.querySelector("[data-this-browser]").hidden = false;
  row.querySelector("form").addEventListener("submit", () => subscription.unsubscribe());
}

function show(state) {
  document.querySelectorAll("[data-browser-state]").forEach((part) => {
    part.hidden = part.dataset.browserState !== state && !(state === "failed" && part.dataset.browserState === "off");
  });
}
