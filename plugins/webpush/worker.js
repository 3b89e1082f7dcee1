// The site's own worker has one line:  importScripts("…/worker")
(() => {
  const leave = "__LEAVE__";

  self.addEventListener("push", (event) => {
    let told = {};
    try {
      told = event.data?.json() ?? {};
    } catch {
      return; // not one of ours
    }
    const { title, body, url, icon, tag } = told;
    if (!title) return;
    event.waitUntil(self.registration.showNotification(title, { body, icon, tag, data: { url } }));
  });

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const url = event.notification.data?.url;
    if (url && /^https?:/.test(url)) event.waitUntil(self.clients.openWindow(url));
  });

  // The browser gave this subscription up; a new one comes with the visitor's next page.
  self.addEventListener("pushsubscriptionchange", (event) => {
    const old = event.oldSubscription?.toJSON();
    if (old) event.waitUntil(fetch(leave, { method: "POST", body: JSON.stringify({ subscription: old }) }));
  });
})();
