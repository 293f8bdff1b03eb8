// Shows a notification and opens what it is about. It reads no page and keeps nothing.
self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const told = read(event.data);
  event.waitUntil(
    self.registration.showNotification(told.title || "Office Portal", {
      body: told.body || "",
      lang: told.language || "",
      tag: told.tag || "",
      data: { url: told.url || "/" },
      actions: told.open ? [{ action: "open", title: told.open }] : [],
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.url, self.location.origin);
  const ours = wanted.origin === self.location.origin ? wanted.href : self.location.origin;
  event.waitUntil(self.clients.openWindow(ours));
});

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}
