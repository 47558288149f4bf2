// The button of an early act waits for its reason and for the title, and leads to what is missing: it stays in the order
// of the keyboard. Without this the server alone refuses, beside the field.
"use strict";
(() => {
  const box = document.querySelector("[data-early]");
  if (!box) return;
  const button = box.querySelector("button[type=submit]");
  const reason = box.querySelector("[name=reason]");
  const title = box.querySelector("[name=title]");
  if (!button || !reason || !title) return;
  // the same that the server forgives: dashes, spaces, capitals
  const plain = (text) =>
    text
      .normalize("NFKC")
      .replace(/\p{Cf}/gu, "")
      .replace(/\s*[-\u2010-\u2015\u2212]\s*/gu, "-")
      .replace(/\s+/gu, " ")
      .trim()
      .toLowerCase();
  const titles = box.dataset.titles.split("|").map(plain).filter(Boolean);
  const missing = () => (reason.value.trim() ? (titles.includes(plain(title.value)) ? null : title) : reason);
  for (const field of [reason, title]) field.labels[0].id = `${field.id}_label`;
  button.setAttribute("aria-describedby", `${reason.id}_label ${title.id}_label`);
  const update = () => {
    if (missing()) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  };
  // Enter in a field presses the button too
  button.addEventListener("click", (event) => {
    const field = missing();
    if (!field) return;
    event.preventDefault();
    field.focus();
  });
  box.addEventListener("input", update);
  window.addEventListener("pageshow", update);
  update();
})();
