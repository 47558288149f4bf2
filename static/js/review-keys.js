// Keys of a review: 1–5 and 0 choose a verdict, j, k and c lead on, back and to the next change, ? shows them, all of them
// outside of texts; Ctrl or ⌘ with Enter saves and leads on, everywhere. Can be switched off; everything works without.
"use strict";
(() => {
  const STORAGE_KEY = "review-keys";
  const legend = document.querySelector("[data-review-keys]");
  const toggle = legend && legend.querySelector("button");
  let on = localStorage.getItem(STORAGE_KEY) !== "off";

  const show = () => {
    if (toggle) toggle.textContent = on ? toggle.dataset.off : toggle.dataset.on;
  };
  if (legend) legend.hidden = false;
  if (toggle) {
    toggle.addEventListener("click", () => {
      on = !on;
      localStorage.setItem(STORAGE_KEY, on ? "on" : "off");
      show();
    });
  }
  show();

  const list = document.querySelector(".review-steps");
  const current = list && list.querySelector(".current");
  if (current) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;

  const typing = (target) => target.closest("textarea, select, [contenteditable], input:not([type='radio'])");
  const choices = () => [...document.querySelectorAll("#verdict input[name='value']")];

  document.addEventListener("keydown", (event) => {
    if (!on || event.altKey || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const save = document.querySelector("[data-key='Enter']");
      if (save) {
        event.preventDefault();
        save.click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || typing(event.target)) return;
    const key = window.portal?.latinKey?.(event) ?? event.key; // without key-names.js, Latin keyboards alone
    if (["j", "k", "c"].includes(key)) document.querySelector(`[data-key='${key}']`)?.click();
    if (event.key === "?" && toggle) {
      event.preventDefault();
      toggle.focus();
    }
    const index = "123450".indexOf(event.key);
    const radio = index >= 0 && event.key.length === 1 ? choices()[index] : null;
    if (radio) {
      radio.checked = true;
      radio.focus();
      radio.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
