// Words on this device: what the server does not have yet, by the person, the organisation and the form. Never files.
//
// portal.device.read(key), .write(key, entries), .forget(key): entries are { unit: { since, label, values, base, sent, post } }:
// what is typed, what the server had, and what was sent without an answer, each by field; and the post with which a button
// has sent it, of which nobody knows yet whether it was taken: { once, at }, the key of the form and when;
// of a form that is saved as one also `version`, with which its page began, and `seen`, when a window first had that;
// .settlePosts(judge): of each such post judge says whether it was taken, and its words go; false: it was not; null: not known.
// .own(): the keys of this person for this organisation; .pathOf(key): the page of the form.
// .keysOf(key): those of one form, if two windows have typed into it; .keyOfWindow(key): where this window has its words.
// .noteSaved(key, entries) and .savedSinceRequest(key): what the server took after this page had been asked for, which may
// have been read before that; in this tab alone, and once.
// write() is false where the device has no room. `portal.device.isClosed`: signed out in this browser, nothing is kept.
// Who signs out in one tab (sign-out.js) has nothing on the device any more, and their other tabs keep nothing until they sign in.
"use strict";
(() => {
  const owner = document.body.dataset.draftOwner;
  if (!owner) return;
  const portal = (window.portal ??= {});
  const PREFIX = "draft:";
  const SIGNED_OUT = "signed-out";
  const SAVED = "draft-saved";
  const WINDOW = "draft-window";
  const MOST_DAYS = 30;

  const parse = (text) => {
    try {
      return JSON.parse(text) ?? {};
    } catch {
      return {};
    }
  };
  const savedBefore = parse(sessionStorage.getItem(SAVED) ?? "{}");
  sessionStorage.removeItem(SAVED);
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

  const device = {
    owner,
    isClosed: false,
    keyOf: (place) => `${PREFIX}${owner}:${place}`,
    read: (key) => parse(localStorage.getItem(key) ?? "{}"),
    write(key, entries) {
      if (device.isClosed) return false;
      try {
        if (Object.keys(entries).length) localStorage.setItem(key, JSON.stringify(entries));
        else localStorage.removeItem(key);
        return true;
      } catch {
        return false; // full, or closed by the browser
      }
    },
    // of this person, for this organisation
    own: () => keys().filter((key) => key.startsWith(device.keyOf(""))),
    pathOf: (key) => key.slice(device.keyOf("").length).split("#")[0],
    forget: (key) => localStorage.removeItem(key),
    posts: () => device.own().flatMap((key) => Object.values(device.read(key)).filter(({ post }) => post).map(({ post }) => ({ ...post, key }))),
    settlePosts(judge) {
      for (const key of new Set(device.posts().map((post) => post.key))) {
        const entries = device.read(key);
        for (const [unit, { post }] of Object.entries(entries)) {
          const isTaken = post ? judge(post) : null;
          if (isTaken) delete entries[unit];
          else if (isTaken === false) delete entries[unit].post;
        }
        device.write(key, entries);
      }
    },
    keysOf: (key) => keys().filter((each) => each === key || each.startsWith(`${key}~`)).sort(),
    keyOfWindow(key) {
      const present = device.keysOf(key);
      const own = parse(sessionStorage.getItem(WINDOW) ?? "{}")[key];
      return present.includes(own) ? own : (present[0] ?? key);
    },
    newKeyOfWindow(key) {
      const own = `${key}~${Date.now()}`;
      const all = { ...parse(sessionStorage.getItem(WINDOW) ?? "{}"), [key]: own };
      try {
        sessionStorage.setItem(WINDOW, JSON.stringify(all));
      } catch { /* without room another window finds them, too */ }
      return own;
    },
    noteSaved(key, entries) {
      if (device.isClosed) return;
      const all = parse(sessionStorage.getItem(SAVED) ?? "{}");
      const noted = { at: Date.now(), entries: { ...all[key]?.entries, ...entries } };
      try {
        sessionStorage.setItem(SAVED, JSON.stringify({ ...all, [key]: noted }));
      } catch { /* without room the page is as the server has read it */ }
    },
    savedSinceRequest: (key) => (savedBefore[key]?.at >= performance.timeOrigin ? savedBefore[key].entries : {}),
    open() {
      device.isClosed = false;
      localStorage.removeItem(SIGNED_OUT);
    },
    close() {
      device.isClosed = true;
      sessionStorage.removeItem(SAVED);
    },
  };
  portal.device = device;

  // The way to the list of them (device-words.js) appears when there are some.
  document.addEventListener("toggle", (event) => {
    const way = event.target.querySelector?.("[data-device-words]");
    if (way) way.hidden = !device.own().length;
  }, true);

  // Signed out (sign-out.js) in another tab, or while this page lay in the browser's memory.
  const isOfThisPerson = (signedOut) => Boolean(signedOut) && `${owner}:`.startsWith(signedOut.split(" ")[0]);
  const closeWhenSignedOut = () => {
    if (!isOfThisPerson(localStorage.getItem(SIGNED_OUT))) return;
    device.close();
    document.dispatchEvent(new Event("portal:signed-out"));
  };
  window.addEventListener("storage", (event) => { if (event.key === SIGNED_OUT) closeWhenSignedOut(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) closeWhenSignedOut(); });
  if (isOfThisPerson(localStorage.getItem(SIGNED_OUT))) device.open(); // this page was opened by somebody who is signed in

  // What nobody has come back to for a month is not kept for ever on a device that others may use.
  const oldest = Date.now() - MOST_DAYS * 24 * 60 * 60 * 1000;
  for (const key of keys()) {
    const times = Object.values(device.read(key)).map((entry) => entry.since ?? 0);
    if (times.length && Math.max(...times) < oldest) device.forget(key);
  }
})();
