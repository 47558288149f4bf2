// A person's words are kept from the first keystroke: on this device until the server has them, and on the server a moment
// after the last key where it has a draft of the form. Here is which forms take part, and when; one form's words:
// kept-words.js (on the device), draft.js (to the server).
//
// Every posted form of a signed-in area with a text of several lines takes part: its texts and days. Attributes of a form:
//   data-autosave        the server has a draft: post the form to its own address with autosave=1
//   data-autosave="json" its answer is JSON {"kept": {part: time}} instead of a fragment
//   data-keep="all"      keep every field, without a text of several lines too; never files, passwords, required boxes
//   data-version         the name of the field that says what a save is compared with, of a form that is saved as one:
//                        words from the device on which a colleague has gone on are sent with theirs, and are a conflict
//   data-no-drafts       keep nothing of this form
//   data-answer          its page is the answer to a post, and shows the newest of its texts
//   data-stored          {field: text} as JSON: what the server has of texts, where the page shows a merge of both
//                        an autosaved one is sent by nothing but a key or its button, so that somebody reads it first
// What a button sends has its key (`once`) on the device until there is proof that it was taken (below).
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
  const UNDER_WAY = 5 * 60000; // so long a post may be under way, whatever has become of its page
  const LONGEST_ASKED = 5000;
  const drafts = new Map();

  const takesPart = (form) =>
    form.method === "post" && !("noDrafts" in form.dataset) && !form.closest("dialog") && ("autosave" in form.dataset || "keep" in form.dataset || form.querySelector("textarea"));
  // [form, where its words are]
  const forms = () => {
    const counts = new Map();
    return [...document.querySelectorAll("form")].filter(takesPart).map((form) => {
      const address = form.getAttribute("action") ?? "";
      const number = counts.get(address) ?? 0;
      counts.set(address, number + 1);
      return [form, `${location.pathname}#${form.id || `${address}${number || ""}`}`];
    });
  };
  const isAmong = (keys, place) => device.keysOf(device.keyOf(place)).some((key) => keys.has(key));

  // --- what was sent with a button ---
  // Its words go on proof alone: this page is the answer and has its form no more, or the portal says that it has taken
  // the post, whatever has become of the answer. What is not known stays, and is asked again.
  const { answers } = document.body.dataset; // the key of the form whose post this page answers
  const wasRefused = "isRefused" in document.body.dataset; // the answer's status is 400 or above
  const answered = new Set(device.posts().filter(({ once }) => once === answers).map(({ key }) => key));
  if (answered.size && !wasRefused && !forms().some(([, place]) => isAmong(answered, place))) device.settlePosts(({ once }) => once === answers || null);
  const undecided = new Set(device.posts().map(({ key }) => key).filter((key) => !answered.has(key)));
  const askForTaken = async () => {
    const keys = new Set(device.posts().map(({ once }) => once));
    if (!keys.size) return;
    const query = new URLSearchParams([...keys].map((once) => ["once", once]));
    const response = await fetch(`${document.getElementById("kept-words").dataset.takenUrl}?${query}`, { credentials: "same-origin", signal: AbortSignal.timeout(LONGEST_ASKED) });
    const { taken } = await response.json(); // seconds since it was, by key
    const now = Date.now();
    device.settlePosts(({ once, at }) => {
      if (!keys.has(once)) return null;
      if (taken[once] * 1000 <= now - at) return true; // not an earlier one with the same key, gone back to since
      return now - at > UNDER_WAY ? false : null;
    });
  };

  // Forms that came with a part of the page are begun too, and those that went with one are let go.
  const begin = (isAnswer = false, late = new Set()) => {
    for (const form of drafts.keys()) if (!form.isConnected) drafts.delete(form);
    for (const [form, place] of forms()) {
      if (drafts.has(form) || isAmong(undecided, place)) continue;
      const draft = new Draft(form, place, isAnswer || isAmong(answered, place));
      draft.isLate = isAmong(late, place);
      drafts.set(form, draft);
      draft.start();
    }
  };
  begin();
  askForTaken().catch(() => {}).then(() => {
    const late = new Set(undecided);
    undecided.clear();
    begin(false, late);
  });
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
  // Another window has put words there where this one has its own, or beside them, or has taken them away.
  window.addEventListener("storage", (event) => each((draft) => {
    if (event.key === draft.key && draft.isTakenByAnother()) draft.keep();
    if (event.key?.startsWith(draft.base)) draft.sayOthers();
  }));
  // A page that comes back out of the browser's memory does not know what was sent on its way out.
  window.addEventListener("pageshow", (event) => {
    each((draft) => { draft.isLeaving = false; });
    if (event.persisted && [...drafts.values()].some((draft) => draft.isFlushed)) location.reload();
  });
})();
