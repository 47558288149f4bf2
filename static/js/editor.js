// The report's editor: posts what changed, saves by itself a moment after the last key, counts characters, and makes the
// grid of figures handy.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  let waiting = 0;
  const save = () => form.dispatchEvent(new Event("autosave"));
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(save, 1500); };
  form.addEventListener("input", (event) => { if (event.target.form === form) soon(); });
  form.addEventListener("submit", () => clearTimeout(waiting));

  // What does not get through is not saved: the bar says so, and it is sent again after a while, or once there is a network.
  const again = (event) => {
    const status = event.detail.xhr?.status ?? 0;
    if (event.detail.elt !== form || status === 422) return; // that answer says itself what is not saved
    const words = document.getElementById("not-saved").content.cloneNode(true);
    document.getElementById("saved-state")?.replaceChildren(words);
    clearTimeout(waiting);
    if (!status || status >= 500) waiting = setTimeout(save, 10000);
  };
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) form.addEventListener(fault, again);
  window.addEventListener("online", () => { if (changed().size) save(); });

  // --- What changed ---
  // Each text and figure is a form of its own, whose fields begin with its name: t12-text, f13-7-value, f13-7-42-value.
  // What the server has of a field is its default; a form that differs in none of its fields is left out of the post.
  const nameOf = (field) => /^(t\d+|f\d+-\d+(?:-\d+)?)-[a-z_]+$/.exec(field.name)?.[1];
  const differs = (field) => {
    if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
    if (field.matches("select")) {
      const first = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(first, 0);
    }
    // the page came back with what could not be saved
    return field.type === "hidden" ? "unsaved" in field.dataset : field.value !== field.defaultValue;
  };
  const changed = () => new Set([...form.elements].filter((field) => nameOf(field) && differs(field)).map(nameOf));
  form.addEventListener("formdata", (event) => {
    const touched = changed();
    for (const field of form.elements) {
      const name = nameOf(field);
      if (name && !touched.has(name)) event.formData.delete(field.name);
    }
  });
  // Once it is saved, what was posted is what the server has; what was typed since then is not.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.failed) return; // refused, and said so in the same place
    const saved = document.getElementById("saved-state")?.dataset.saved?.split(" ") ?? [];
    const posted = event.detail.requestConfig?.elt === form && event.detail.requestConfig.formData;
    if (!posted || !saved.length) return;
    for (const field of form.elements) {
      if (!saved.includes(nameOf(field)) || field.type === "hidden") continue;
      const values = posted.getAll(field.name);
      if (field.matches("[type=radio], [type=checkbox]")) field.defaultChecked = values.includes(field.value);
      else if (field.matches("select")) for (const option of field.options) option.defaultSelected = option.value === values[0];
      else if (values.length) field.defaultValue = values[0];
    }
  });
  // what was typed before this script was there, or came back with the page, is saved too
  if (changed().size) soon();
  // The way to another page of the measure leads through a save, where something waits for one.
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go-to]");
    if (!link || !changed().size || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const button = Object.assign(document.createElement("button"), { name: "go_to", value: link.dataset.goTo, hidden: true });
    form.append(button);
    form.requestSubmit(button);
  });

  const count = (area) => {
    const counter = document.querySelector(`[data-counter="${area.id}"]`);
    if (counter) counter.textContent = `${area.value.length} / ${area.maxLength}`;
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
    soon();
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

  // What the server found in what was saved colours the cells.
  const colour = () => {
    for (const message of grid.querySelectorAll(".cell-message")) {
      const cell = document.getElementById(message.dataset.cell);
      const invalid = Boolean(message.querySelector("[data-kind='error'], .conflict"));
      cell.classList.toggle("invalid", invalid);
      cell.classList.toggle("with-warning", !invalid && Boolean(message.querySelector("[data-kind='warning']")));
    }
  };
  document.addEventListener("htmx:afterSettle", colour);
})();
