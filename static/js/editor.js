// What the report's editor adds to the drafts of its form (drafts.js): a way to other parts that leads through a save,
// counters of characters, and a handy grid of figures.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  const draft = form && window.portal?.draftOf?.(form);
  if (!draft) return;

  // The way to another page of the measure leads through a save, where something waits for one.
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go-to]");
    if (!link || !Object.keys(draft.unsent()).length || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const button = Object.assign(document.createElement("button"), { name: "go_to", value: link.dataset.goTo, hidden: true });
    form.append(button);
    form.requestSubmit(button);
  });

  const count = (area) => {
    const counter = document.querySelector(`[data-counter="${area.id}"]`);
    if (counter) counter.textContent = `${[...area.value].length} / ${area.dataset.limit}`;
  };
  for (const area of form.querySelectorAll("textarea[data-count]")) {
    count(area);
    area.addEventListener("input", () => count(area));
  }

  const grid = form.querySelector("[data-grid]");
  if (!grid) return;

  const entryOf = (cell) => cell?.querySelector(".entry > :is(input, select)");
  const lines = () => [...grid.querySelectorAll("tbody tr")].filter((line) => line.offsetParent);
  // the cell so many lines below and columns to the right
  const neighbour = (cell, down, right) => {
    const all = lines();
    const line = all[all.indexOf(cell.closest("tr")) + down];
    return entryOf(line?.querySelector(`[data-column="${Number(cell.dataset.column) + right}"]`));
  };

  // A column of a spreadsheet goes down the same column of the grid; several columns go on to the right.
  grid.addEventListener("paste", (event) => {
    const cell = event.target.closest(".entry")?.closest("td");
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!cell || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const left = [];
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      if (value.trim() === "") return;
      const entry = neighbour(cell, down, right);
      if (entry) entry.value = value.trim();
      else left.push(value.trim());
    }));
    // what has no place on this page is not lost in silence
    const rest = document.getElementById("paste-rest");
    rest.hidden = !left.length;
    rest.textContent = left.length ? rest.dataset.text.replace("COUNT", left.length).replace("FIRST", left[0]) : "";
    form.dispatchEvent(new Event("portal:changed"));
  });

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".entry")?.closest("td");
    if (!cell) return;
    if (event.altKey && event.key === "ArrowDown") {
      event.preventDefault();
      cell.querySelector(".entry > button")?.click();
    } else if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      neighbour(cell, event.shiftKey ? -1 : 1, 0)?.focus();
    }
  });

  // A number and a reason for having none exclude each other; whichever was touched last holds.
  const showStatus = (cell, status) => {
    cell.dataset.status = status.value;
    const word = status.value === "reported" ? "" : status.labels[0].textContent.trim().toLowerCase();
    const entry = entryOf(cell);
    if (entry.matches("select")) entry.options[0].textContent = word || "–";
    else entry.placeholder = word;
  };
  grid.addEventListener("input", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    if (event.target.matches("[name$='-status']")) {
      if (event.target.value !== "reported") entryOf(cell).value = "";
      showStatus(cell, event.target);
    } else if (event.target === entryOf(cell) && event.target.value !== "") {
      const reported = cell.querySelector("[name$='-status'][value='reported']");
      if (reported && !reported.checked) {
        reported.checked = true;
        showStatus(cell, reported);
      }
    }
  });

  // The way from a finding to its cell leads through the cell's tab and its folded parts.
  const show = (cell) => {
    const tab = grid.querySelector(`.tabs [value="${cell.dataset.column}"]`);
    if (tab) tab.checked = true;
    const parts = cell.closest("tr.part") && cell.closest("tbody").querySelector(".parts-switch input");
    if (parts) parts.checked = true;
    entryOf(cell).focus();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (link?.matches("[data-note]")) {
      event.preventDefault();
      link.closest("[popover]").hidePopover();
      const note = target.querySelector(".field input");
      target.classList.add("with-note");
      note.focus();
    } else if (target?.matches("td.cell")) {
      event.preventDefault();
      show(target);
    }
  });

  // A link from another page ends at the field of a cell, which may stand behind another tab.
  const arrive = () => {
    const cell = document.getElementById(location.hash.slice(1))?.closest("td.cell");
    if (cell && grid.contains(cell)) show(cell);
  };
  window.addEventListener("hashchange", arrive);
  arrive();

  // What the server found in what was saved colours the cells.
  const colour = () => {
    for (const message of grid.querySelectorAll(".cell-message")) {
      const cell = document.getElementById(message.dataset.cell);
      const invalid = Boolean(message.querySelector("[data-kind='error'], .conflict"));
      cell.classList.toggle("invalid", invalid);
      cell.classList.toggle("with-warning", !invalid && Boolean(message.querySelector("[data-kind='warning']")));
    }
  };
  // Totals that months gave are shown, unless somebody is typing another one there.
  const showWorkedOut = () => {
    const { fields } = window.portal;
    for (const total of document.querySelectorAll("#worked-out > data")) {
      const entry = form.elements[total.dataset.field];
      if (!entry || fields.differs(entry)) continue;
      entry.value = total.value;
      fields.accept(entry, total.value);
    }
  };
  form.addEventListener("portal:saved", () => {
    colour();
    showWorkedOut();
  });
})();
