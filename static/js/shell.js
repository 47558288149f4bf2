// Behaviours of the shell; everything works without them: the key "/", open details that close, focus on a summary of errors.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const openDropdowns = () => document.querySelectorAll("details.dropdown[open]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const dropdown of openDropdowns()) {
        dropdown.open = false;
        dropdown.querySelector("summary").focus();
      }
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.querySelector("[data-key='/']");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  });

  document.addEventListener("click", (event) => {
    for (const dropdown of openDropdowns()) if (!dropdown.contains(event.target)) dropdown.open = false;
  });

  const focusErrors = (root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  };
  focusErrors(document);
  // The place that an address names takes the focus after that.
  if (location.hash) addEventListener("load", () => focusErrors(document));
  // The form again with its faults is an answer too, and is shown.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) event.detail.shouldSwap = true;
  });
  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));

  // What a page asks for by itself keeps nobody signed in: it says so when its reader has not done anything for a minute.
  let actedAt = performance.now();
  for (const act of ["pointerdown", "pointermove", "keydown", "input", "scroll"]) {
    document.addEventListener(act, () => { actedAt = performance.now(); }, { capture: true, passive: true });
  }
  document.addEventListener("htmx:configRequest", (event) => {
    if (performance.now() - actedAt > 60000) event.detail.headers.Background = "1";
  });

  // What was unfolded stays so when the part of the page around it is fetched anew.
  let openIds = [];
  document.addEventListener("htmx:beforeSwap", () => {
    openIds = [...document.querySelectorAll("input[data-keep]:checked, details[open][id]")].map((element) => element.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const element of openIds.map((id) => document.getElementById(id))) {
      if (element?.matches("input")) element.checked = true;
      else if (element) element.open = true;
    }
    openIds = [];
  });
})();
