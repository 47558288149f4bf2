// Nothing typed on a page of a review is lost: it is kept on the server a moment after the last key, and on this device until
// the server has it. The server's answer alone turns the state to "kept".
"use strict";
(() => {
  const form = document.querySelector("form[data-drafts]");
  if (!form) return;
  const KEY = `draft:${form.dataset.drafts}:${location.pathname}`;
  const SENT = "draft-sent";
  const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "once", "act", "resolve"]);
  let timer = 0;
  let wait = 1000;
  let sending = false;
  let leaving = false;
  let refused = false; // the server takes what was typed in no way

  const fields = () => [...form.elements].filter((each) => each.name && each.type !== "submit" && !NEVER_KEPT.has(each.name));
  const initial = (field) => {
    if (field.matches("[type=radio], [type=checkbox]")) return field.defaultChecked ? field.value : "";
    if (field.matches("select")) return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "";
    return field.defaultValue;
  };
  const now = (field) => (field.matches("[type=radio], [type=checkbox]") ? (field.checked ? field.value : "") : field.value);
  const nameOf = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const differing = () => fields().filter((field) => now(field) !== initial(field));
  // What the server has of a field: what it has answered to since, or what stood on the page.
  const answered = new Map();
  const stored = (field) => answered.get(nameOf(field)) ?? initial(field);

  // --- on this device ---
  const keepHere = () => {
    const unsent = fields().filter((field) => now(field) !== stored(field));
    const texts = Object.fromEntries(unsent.map((field) => [nameOf(field), [stored(field), now(field)]]));
    try {
      localStorage.setItem(KEY, JSON.stringify(texts));
    } catch { /* a full or closed store: the server keeps it all the same */ }
  };
  const forgetHere = () => localStorage.removeItem(KEY);

  // --- the state, in words ---
  const say = (text, kind, time = "") => {
    for (const state of document.querySelectorAll("[data-draft-state]")) {
      const part = state.dataset.draftState;
      const undo = form.querySelector(`[data-undo='${part}']`);
      const isTyped = differing().some((field) => partOf(field) === part);
      if (kind === "kept" ? text[part] : isTyped) {
        state.textContent = kind === "kept" ? `${form.dataset.kept} ${text[part]}, ${form.dataset.own}` : `${text}${time}`;
        state.dataset.state = kind;
        if (undo && kind === "kept") undo.hidden = false;
      } else if (kind === "kept" && state.dataset.state) {
        state.textContent = ""; // emptied: there is nothing to keep any more
        delete state.dataset.state;
        if (undo) undo.hidden = true;
      }
    }
  };
  const partOf = (field) => /^(question|note|finding)-/.exec(field.name)?.[1] ?? "verdict";

  // --- to the server ---
  const content = () => {
    const data = new FormData(form);
    for (const name of ["once", "act", "resolve"]) data.delete(name);
    data.set("autosave", "1");
    return data;
  };
  const later = (after) => {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  };
  const retry = (words) => {
    dirty = true;
    say(words, "failed");
    later(wait);
    wait = Math.min(wait * 2, 60000);
  };
  const post = () => fetch(location.href, { method: "POST", body: content(), credentials: "same-origin", redirect: "manual" });
  // Whoever has signed in again in another tab has another token: the page as it is now has it, if it is the same person's.
  const renewToken = async () => {
    const page = await (await fetch(location.href, { credentials: "same-origin" })).text();
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(page);
    const isOwn = page.includes(`data-drafts="${form.dataset.drafts}"`);
    if (token && isOwn) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token[1];
    return token && isOwn;
  };
  const send = async () => {
    if (leaving || !dirty) return;
    sending = true;
    dirty = false;
    refused = false;
    const sent = new Map(fields().map((field) => [nameOf(field), now(field)]));
    say(form.dataset.saving, "saving");
    try {
      let response = await post();
      if (response.status === 403 && (await renewToken())) response = await post();
      const answer = response.ok ? await response.json() : null;
      if (answer) {
        wait = 1000;
        for (const [name, value] of sent) answered.set(name, value);
        if (dirty) keepHere();
        else forgetHere();
        say(answer.kept, "kept");
      } else if (response.type === "opaqueredirect" || response.status === 401) {
        retry(form.dataset.signedOut);
      } else if (response.status >= 500 || response.status === 429) {
        retry(form.dataset.offline);
      } else {
        refused = true;
        const refusal = await response.json().catch(() => ({}));
        say(form.dataset.refused, "failed", refusal.refused ? `: ${refusal.refused}` : "");
      }
    } catch {
      retry(form.dataset.offline);
    } finally {
      sending = false;
    }
    if (dirty && wait === 1000) later(1500);
  };
  // One after the other, so that the last answer is to the last words.
  let running = Promise.resolve();
  const save = () => {
    running = running.then(send);
    return running;
  };
  let dirty = false;
  form.addEventListener("input", () => {
    dirty = true;
    keepHere();
    later(wait === 1000 ? 1500 : wait);
  });
  window.addEventListener("online", () => { wait = 1000; later(0); });
  // what was typed last goes along on the way out
  window.addEventListener("pagehide", () => {
    if (dirty && !leaving) fetch(location.href, { method: "POST", body: content(), credentials: "same-origin", keepalive: true }).catch(() => {});
  });
  // A button takes along what was typed; before it leaves the page, the server has it. Where it cannot be reached, or the
  // session has ended, the page stays and says so.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if ((!dirty && !sending) || refused) {
      leaving = true;
      if (!refused) sessionStorage.setItem(SENT, KEY);
      return;
    }
    event.preventDefault();
    await save();
    if (!dirty) form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  // --- what this device has and the server has not ---
  // What was sent with a button the server had before: it was given since, or is a draft.
  const sent = sessionStorage.getItem(SENT);
  if (sent) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
  const texts = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  for (const field of fields()) {
    const [before, typed] = texts[nameOf(field)] ?? [];
    if (typed === undefined || typed === initial(field)) continue;
    const goneOn = before !== initial(field); // the server has other words since: both stay, for their writer to join
    if (goneOn && !field.matches("textarea")) continue;
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = typed !== "";
    else field.value = goneOn ? `${initial(field)}\n\n${typed}`.trim() : typed;
    dirty = true;
  }
  if (dirty) later(0);
  else forgetHere();
})();
