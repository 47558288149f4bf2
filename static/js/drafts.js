// A person's words are kept from the first keystroke: on this device until the server has them, and on the server a moment
// after the last key where it has a draft of the form. Here is which forms take part, and when; one form's words:
// kept-words.js (on the device), draft.js (to the server).
//
// Every posted form of a signed-in area with a text of several lines takes part: its texts and days. Attributes of a form:
//   data-autosave        the server has a draft: post the form to its own address with autosave=1
//   data-autosave="json" its answer is JSON {"kept": {part: time}} instead of a fragment
//   data-keep="all"      keep every field, without a text of several lines too; never files, passwords, required boxes
//   data-no-drafts       keep nothing of this form
//   data-answer          its page is the answer to a post, and shows the newest of its texts
//   data-stored          {field: text} as JSON: what the server has of texts, where the page shows a merge of both
//                        an autosaved one is sent by nothing but a key or its button, so that somebody reads it first
// Where its words are is said beside its button, or in the element with data-note-of="<id of the form>".
// The post is the form's own, but for units in which nothing changed (form-fields.js: t12-…, f13-7-42-…); what is too much
// for one post goes in several, one after the other. Answers:
//   200  a fragment with #saved-state, whose data-saved names the units that are saved (without: all that were posted, if
//        data-whole is there), and out-of-band swaps: versions, findings, conflicts where their text stands
//   401  the page asks to sign in above itself, then sends    403  the token is renewed once; then a refusal
//   409  made for another organisation: sent again when the page is looked at    other 4xx  refused, with the sentence
//   429, 5xx, no answer: again after 2, 4, 8 … 60 s, or Retry-After
// Events on the form: "portal:changed" asks to look again (a script has filled fields), "portal:restoring" comes
// before words from the device are filled in (detail: {unit: entry}), "portal:saved" after an answer (detail: the answer). `portal.draftOf(form)` has `unsent()` ({unit: entry}) and `send()`; `portal.sendAll()` sends them all before somebody signs out.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const { device, unsent, Draft } = portal;
  if (!device || !unsent) return;
  const SENT = "draft-sent";
  const drafts = new Map();

  // --- what was sent with a button, and taken ---
  // Gives back the key of the form whose answer this page is, with what was typed in it: it was refused.
  const forgetSent = () => {
    const [key, path, isTaken] = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
    if (!key || /^\/(accounts|session)\//.test(location.pathname)) return "";
    const status = performance.getEntriesByType("navigation")[0]?.responseStatus || 200;
    const isRefused = status >= 400 || document.querySelector("[data-focus], .messages [data-kind=error]");
    const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload" && path === location.pathname;
    // a post that signing in came between, and could not be held, was not taken: its page is there again
    const from = document.referrer ? new URL(document.referrer) : null;
    const isBack = path === location.pathname && from?.origin === location.origin && /^\/(accounts|session)\//.test(from.pathname);
    if (!isRefused && (isTaken || (!isReload && !isBack))) device.forget(key);
    sessionStorage.removeItem(SENT);
    return status >= 400 && !isReload ? key : "";
  };
  const answered = forgetSent();

  const takesPart = (form) =>
    form.method === "post" && !("noDrafts" in form.dataset) && !form.closest("dialog") && ("autosave" in form.dataset || "keep" in form.dataset || form.querySelector("textarea"));
  // Forms that came with a part of the page are begun too, and those that went with one are let go.
  const begin = (isAnswer = false) => {
    for (const form of drafts.keys()) if (!form.isConnected) drafts.delete(form);
    const counts = new Map();
    for (const form of document.querySelectorAll("form")) {
      if (!takesPart(form)) continue;
      const address = form.getAttribute("action") ?? "";
      const number = counts.get(address) ?? 0;
      counts.set(address, number + 1);
      if (drafts.has(form)) continue;
      const place = `${location.pathname}#${form.id || `${address}${number || ""}`}`;
      const draft = new Draft(form, place, isAnswer || device.keyOf(place) === answered);
      drafts.set(form, draft);
      draft.start();
    }
  };
  begin();
  portal.draftOf = (form) => drafts.get(form);
  // What is autosaved is sent now. Whether anything is left is the answer; a page of which the device has all may be left.
  portal.sendAll = async () => {
    const all = [...drafts.values()];
    await Promise.all(all.filter((draft) => draft.isAutosaved && !draft.isUnread && Object.keys(draft.unsent()).length).map((draft) => draft.send()));
    const left = all.filter((draft) => Object.keys(draft.keep()).length);
    for (const draft of left) draft.isLeaving = draft.hasRoom;
    // asked by the browser, for another form's sake, the person may stay: then these go on
    window.addEventListener("beforeunload", () => setTimeout(() => { for (const draft of left) draft.isLeaving = false; }), { once: true });
    return left.length > 0;
  };

  // --- forms that htmx sends: their answer comes in their place ---
  const SIGNED_OUT = 401;
  const formOf = (event) => drafts.get(event.detail.requestConfig?.elt ?? event.detail.elt);
  let isRefused = false;
  document.addEventListener("htmx:beforeRequest", (event) => { if (formOf(event) && !navigator.onLine) event.preventDefault(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const draft = formOf(event);
    isRefused = Boolean(draft) && event.detail.xhr.status >= 400;
    if (draft && event.detail.xhr.status < 300) draft.taken();
  });
  document.addEventListener("htmx:afterSettle", () => {
    begin(isRefused);
    isRefused = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const draft = formOf(event);
    const { status } = event.detail.xhr;
    if (!draft || (status > 0 && status < 400) || status === 422) return;
    draft.notTaken(status, event.detail.xhr.responseText);
    if (status !== SIGNED_OUT) return;
    draft.waitsForSignIn = true;
    portal.signIn(unsent.summary(draft.unsent()), () => draft.toFile());
  });
  document.addEventListener("portal:signed-in", () => each((draft) => {
    if (!draft.waitsForSignIn) return;
    draft.waitsForSignIn = false;
    draft.note("");
    draft.form.requestSubmit();
  }));

  const each = (act) => { for (const draft of drafts.values()) act(draft); };
  const waiting = (act) => each((draft) => { if (draft.isAutosaved && draft.isInTrouble) act(draft); });
  window.addEventListener("online", () => each((draft) => draft.noteConnection()));
  window.addEventListener("online", () => waiting((draft) => { draft.tries = 0; if (draft.state !== "refused") draft.send(); }));
  window.addEventListener("focus", () => each((draft) => { if (draft.waitsForReturn && draft.state === "refused") draft.send(); }));
  document.addEventListener("portal:signed-in", () => waiting((draft) => { draft.switchesBack = true; draft.send(); }));
  document.addEventListener("portal:signed-out", () => each((draft) => draft.keep()));
  document.addEventListener("portal:leaving", () => each((draft) => { draft.isLeaving = true; }));
  document.addEventListener("visibilitychange", () => each((draft) => { if (document.hidden && draft.isAutosaved && draft.state === "saving") draft.send(); }));
  window.addEventListener("pagehide", () => each((draft) => draft.flush()));
  window.addEventListener("beforeunload", (event) => { if ([...drafts.values()].some((draft) => draft.holdsPage)) event.preventDefault(); });
  // A page that comes back out of the browser's memory does not know what was sent on its way out.
  window.addEventListener("pageshow", (event) => {
    each((draft) => { draft.isLeaving = false; });
    if (event.persisted && [...drafts.values()].some((draft) => draft.isFlushed)) location.reload();
  });
})();
