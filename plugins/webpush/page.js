// On a page of your site:  <script src="…/script" defer></script>, then at a click:  tidingsPush.subscribe(token)
// `token` binds this browser to a contact: your server asks GET /api/v1/contacts/{id}/link for it.
(() => {
  const key = "__KEY__";
  const hooks = "__HOOKS__";
  const path = "__WORKER__";

  function bytes(text) {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  }

  // A plain-text body needs no question beforehand (CORS preflight).
  async function tell(kind, body) {
    const answer = await fetch(hooks + kind, { method: "POST", body: JSON.stringify(body), keepalive: true });
    if (!answer.ok) throw new Error(`Tidings answered ${answer.status}`);
  }

  async function subscription() {
    const registration = await navigator.serviceWorker.getRegistration(path);
    return registration ? registration.pushManager.getSubscription() : null;
  }

  globalThis.tidingsPush = {
    /** Whether this browser can. */
    isPossible: () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis,

    /** Call it at a click: browsers ask only then. Answers false when the visitor says no. */
    async subscribe(token) {
      if (!this.isPossible() || (await Notification.requestPermission()) !== "granted") return false;
      const registration = await navigator.serviceWorker.register(path);
      await navigator.serviceWorker.ready;
      let found = await registration.pushManager.getSubscription();
      const known = found?.options.applicationServerKey;
      if (found && known && String(new Uint8Array(known)) !== String(bytes(key))) {
        await found.unsubscribe();
        found = null;
      }
      found ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
      await tell("subscribe", { subscription: found.toJSON(), token });
      return true;
    },

    /** The visitor does not want them any more. */
    async leave() {
      const found = await subscription();
      if (!found) return;
      await tell("leave", { subscription: found.toJSON() });
      await found.unsubscribe();
    },
  };
})();
