// Keys of a review: 1–5 and 0 choose a verdict, j and k go on and back, ? shows them. Can be switched off; everything works without.
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
    if (!on || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const link = event.key === "j" || event.key === "k" ? document.querySelector(`a[data-key='${event.key}']`) : null;
    if (link) link.click();
    if (event.key === "?" && toggle) {
      event.preventDefault();
      toggle.focus();
    }
    const index = "123450".indexOf(event.key);
    const radio = index >= 0 && event.key.length === 1 ? choices()[index] : null;
    if (radio) {
      radio.checked = true;
      radio.focus();
    }
  });
})();
