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

  const fields = () => [...form.elements].filter((each) => each.name && each.type !== "submit" && !NEVER_KEPT.has(each.name));
  const initial = (field) => {
    if (field.matches("[type=radio], [type=checkbox]")) return field.defaultChecked ? field.value : "";
    if (field.matches("select")) return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "";
    return field.defaultValue;
  };
  const now = (field) => (field.matches("[type=radio], [type=checkbox]") ? (field.checked ? field.value : "") : field.value);
  const nameOf = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const differing = () => fields().filter((field) => now(field) !== initial(field));

  // --- on this device ---
  const keepHere = () => {
    const texts = Object.fromEntries(differing().map((field) => [nameOf(field), [initial(field), now(field)]]));
    try {
      localStorage.setItem(KEY, JSON.stringify(texts));
    } catch { /* a full or closed store: the server keeps it all the same */ }
  };
  const forgetHere = () => localStorage.removeItem(KEY);

  // --- the state, in words ---
  const say = (text, kind, time = "") => {
    for (const state of document.querySelectorAll("[data-draft-state]")) {
      const isTyped = differing().some((field) => partOf(field) === state.dataset.draftState);
      if (kind !== "kept" ? isTyped : text[state.dataset.draftState]) {
        state.textContent =
          kind === "kept" ? `${form.dataset.kept} ${text[state.dataset.draftState]}, ${form.dataset.own}` : `${text}${time}`;
        state.dataset.state = kind;
        const undo = form.querySelector(`[data-undo='${state.dataset.draftState}']`);
        if (undo && kind === "kept") undo.hidden = false;
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
  const retry = (words, kind) => {
    say(words, kind);
    later(wait);
    wait = Math.min(wait * 2, 60000);
  };
  const save = async () => {
    if (leaving || sending || !dirty) return;
    sending = true;
    dirty = false;
    say(form.dataset.saving, "saving");
    try {
      const response = await fetch(location.href, { method: "POST", body: content(), credentials: "same-origin", redirect: "manual" });
      const answer = response.ok ? await response.json() : null;
      if (answer) {
        wait = 1000;
        if (!dirty) forgetHere();
        say(answer.kept, "kept");
      } else if (response.type === "opaqueredirect" || response.status === 401) {
        dirty = true;
        retry(form.dataset.signedOut, "failed");
      } else if (response.status >= 500 || response.status === 429) {
        dirty = true;
        retry(form.dataset.offline, "failed");
      } else {
        const refusal = await response.json().catch(() => ({}));
        say(form.dataset.refused, "failed", refusal.refused ? `: ${refusal.refused}` : "");
      }
    } catch {
      dirty = true;
      retry(form.dataset.offline, "failed");
    } finally {
      sending = false;
      if (dirty && wait === 1000) later(1500);
    }
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
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    sessionStorage.setItem(SENT, KEY);
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  // --- what this device has and the server has not ---
  // A page of a review is the answer to a post: the server has what was in it.
  const sent = sessionStorage.getItem(SENT);
  if (sent) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
  const texts = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  for (const field of fields()) {
    const [before, typed] = texts[nameOf(field)] ?? [];
    if (typed === undefined || before !== initial(field)) continue; // the server has gone on since
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = typed !== "";
    else field.value = typed;
    dirty = true;
  }
  if (dirty) later(0);
  else forgetHere();
})();
