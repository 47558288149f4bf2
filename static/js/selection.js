// Ticked rows: how many there are, in words and on the buttons. Without it the page that follows says so.
"use strict";
for (const form of document.querySelectorAll("[data-selection]")) {
  const boxes = form.querySelectorAll(":is(tbody td, .tick) > input[type=checkbox]:not(:disabled)");
  if (!boxes.length) continue;
  const words = form.querySelector("[data-selection-words]");
  const update = () => {
    const n = [...boxes].filter((box) => box.checked).length;
    for (const place of form.querySelectorAll("[data-selection-count]")) place.textContent = n || "";
    if (words) words.hidden = !n;
  };
  form.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
}
