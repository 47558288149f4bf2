// The report's editor: saves by itself a moment after the last key, counts characters, pastes columns.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  let waiting = 0;
  const save = () => form.dispatchEvent(new Event("autosave"));
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(save, 1500); };
  form.addEventListener("input", soon);
  form.addEventListener("submit", () => clearTimeout(waiting));
  // what was typed before this script was there, or came back with the page, is saved too
  const typed = (field) => field.value !== field.defaultValue;
  if ([...form.querySelectorAll("textarea, input[type=text]")].some(typed)) soon();

  const count = (area) => {
    const counter = document.querySelector(`[data-counter="${area.id}"]`);
    if (counter) counter.textContent = `${area.value.length} / ${area.maxLength}`;
  };
  for (const area of form.querySelectorAll("textarea[data-count]")) {
    count(area);
    area.addEventListener("input", () => count(area));
  }

  // A column of a spreadsheet goes down the same column of the grid; several columns go on to the right.
  form.addEventListener("paste", (event) => {
    const field = event.target.closest("[data-paste] [data-column] input");
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!field || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = [...form.querySelectorAll(".grid-row")];
    const first = rows.indexOf(field.closest(".grid-row"));
    const column = Number(field.closest("[data-column]").dataset.column);
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const place = rows[first + down]?.querySelector(`[data-column="${column + right}"] :is(input, select)`);
      if (place && value.trim() !== "") place.value = value.trim();
    }));
    soon();
  });
})();
