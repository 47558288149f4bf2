// The button of an early act waits for its reason and for the title; without it the server alone refuses, beside the field.
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
  const update = () => {
    button.disabled = !(reason.value.trim() && titles.includes(plain(title.value)));
  };
  box.addEventListener("input", update);
  window.addEventListener("pageshow", update);
  update();
})();
