// Signing out loses no word in silence. What is autosaved is sent first. Where anything is left of which the portal does
// not know, the page of signing out lists it (device-words.js) before anybody decides. What whoever signs out has on this
// device goes when the answer says that they are signed out, and not before; nobody else's goes.
//
// A form that signs out: data-sign-out, which is how the keys of whose words begin ("12-": of all organisations; "12-3:":
// of the one that the session reaches); data-away, what is said where nothing was sent; data-unknown, where no answer came; data-asked, where the list is shown.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const LONGEST = 30000;

  const wordsOf = (whose) => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(`draft:${whose}`));
    } catch {
      return []; // closed by the browser: nothing is kept
    }
  };
  const letGo = (whose) => {
    try {
      portal.device?.close();
      for (const key of wordsOf(whose)) localStorage.removeItem(key);
      for (const name of ["draft-saved", "draft-window"]) sessionStorage.removeItem(name);
      localStorage.setItem("signed-out", `${whose} ${Date.now()}`); // tells the other tabs (device-drafts.js)
    } catch { /* closed by the browser, or too full to tell them */ }
  };
  const say = (form, text) => {
    const place = form.querySelector("[role=status]") ?? document.createElement("p");
    place.className = "small warm";
    place.setAttribute("role", "status");
    form.append(place);
    place.textContent = text;
  };
  const askFirst = (form) => {
    const address = new URL(form.action);
    if (form.elements.next) address.searchParams.set("next", form.elements.next.value);
    location.assign(address);
  };
  const signOut = async (form, progress) => {
    const who = (await portal.renewToken?.()) ?? "same";
    if (who === "other") {
      portal.leaveToOther();
      return;
    }
    if (!("asked" in form.dataset)) {
      const isUnsent = who === "same" && (await portal.sendAll?.());
      if (isUnsent || wordsOf(form.dataset.signOut).length) {
        if (who === "nobody") portal.signIn(""); // the session has ended, and nothing can be shown or sent before
        else askFirst(form);
        return;
      }
    }
    const body = new URLSearchParams(new FormData(form));
    progress.isSent = navigator.onLine; // the portal may have it from now on, whether its answer comes or not
    const response = await fetch(form.action, { method: "POST", body, headers: { "Form-By-Script": "1" }, credentials: "same-origin", signal: AbortSignal.timeout(LONGEST) });
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
      form.submit(); // refused: the browser shows why
      return;
    }
    const { go_to: address } = await response.json();
    letGo(form.dataset.signOut);
    location.assign(new URL(address, form.action));
  };

  // Who erases themself is signed out with it, which the page that says so (data-erased) shows to nobody who is signed in.
  const ERASING = "erasing";
  try {
    const erasing = sessionStorage.getItem(ERASING);
    if (erasing && document.querySelector("[data-erased]")) {
      letGo(erasing);
      sessionStorage.removeItem(ERASING);
    }
    document.querySelector("form[data-erases]")?.addEventListener("submit", ({ target }) => sessionStorage.setItem(ERASING, target.dataset.erases));
  } catch { /* closed by the browser */ }

  const running = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const { target: form } = event;
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    if (running.has(form)) return;
    running.add(form);
    form.setAttribute("aria-busy", "true");
    const progress = { isSent: false };
    try {
      await signOut(form, progress);
    } catch {
      say(form, progress.isSent ? form.dataset.unknown : form.dataset.away);
    }
    form.removeAttribute("aria-busy");
    running.delete(form);
  });
})();
