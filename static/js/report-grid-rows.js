// The rows that are chosen in the grid of all figures: how many, what can be done with them, and none again.
"use strict";
(() => {
  const form = document.getElementById("rows-form");
  const { grid, unsent } = window.portal ?? {};
  if (!form || !grid || !unsent) return;
  const words = form.querySelector("[data-chosen]");
  const none = form.querySelector("[data-choose-none]");

  const boxes = () => [...form.elements].filter((field) => field.name === "row" && field.checked);
  const update = () => {
    const rows = boxes().map((box) => box.closest("tr"));
    const numbers = { rows: rows.length };
    for (const kind of ["warning", "carried"]) {
      const notes = rows.flatMap((row) => [...row.querySelectorAll(`.notes > .${kind}`)]);
      numbers[kind] = new Set(notes.map((note) => note.hash)).size; // figures: one may have several warnings
      form.querySelector(`[data-count=${kind}]`).textContent = numbers[kind] || "";
    }
    const say = (kind) => numbers[kind] ? unsent.count(numbers[kind], words.dataset[kind]) : "";
    const what = [say("warning"), say("carried")].filter(Boolean).join(", ");
    words.textContent = [say("rows"), what].filter(Boolean).join(" · ");
  };
  const changed = () => {
    update();
    form.dispatchEvent(new Event("portal:changed")); // the boxes stand in another form: theirs does not bubble here
  };
  document.addEventListener("change", (event) => { if (event.target.form === form) changed(); });
  form.addEventListener("change", update); // typed words were discarded
  grid.form.addEventListener("portal:saved", update);
  window.addEventListener("pageshow", update);
  none.hidden = false;
  none.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    changed();
    grid.go(grid.active()); // the bar with this button is gone
  });
  update();
})();
