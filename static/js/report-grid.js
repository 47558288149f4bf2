// The grid of all figures: one tab stop, changes that can be taken back, and what the server answers to a save.
// report-grid-keys.js adds keys and selection, report-grid-paste.js the clipboard; both find this as `portal.grid`.
"use strict";
(() => {
  const table = document.querySelector("[data-report-grid]");
  if (!table) return;
  const portal = (window.portal ??= {});
  const form = table.closest("form");
  const STOPS = "a, button:not(.details-button), input:not([type=hidden])";
  const { fields } = portal;
  const past = [];
  const future = [];
  let before = null; // what the cell held when it was entered: its text, and the version that showed it

  const isCell = (element) => Boolean(element?.matches?.(".now > input"));
  const fieldOf = (name) => form.elements[`${name}-value`];
  const nameOf = (field) => field.name.replace(/-value$/, "");

  // What a cell is put back to is more than its text: bounds, a reason, part and whole. The server has them, in the version
  // that showed the text; the cell names it after what its reader saw ("5.4fc82b<3.a1b2c3", grid_saving.py).
  const readOf = (field) => form.elements[`${nameOf(field)}-read`];
  const [seenBy, backOf] = [0, 1].map((at) => (field) => readOf(field)?.value.split("<")[at] ?? "");
  const shownBy = (field) => (field.value === field.defaultValue ? seenBy(field) : backOf(field));
  const renew = (field, seen, back) => {
    const read = readOf(field);
    if (!read) return;
    read.value = back ? `${seen}<${back}` : seen;
    if (back && back !== seen) read.dataset.unsaved = ""; // though the text may be the same
  };
  const enter = (field) => { before = { text: field.value, shown: shownBy(field) }; };

  // Whether all of a cell is as the server has it: its text, what it was put back to, its details.
  const isBack = (field) => {
    const isSaved = field.value === field.defaultValue && readOf(field)?.dataset.unsaved === undefined;
    return isSaved && ![...form.querySelectorAll(`[data-details="${nameOf(field)}"] [name]:not([form=""])`)].some(fields.differs);
  };
  // A refused cell that is back: nothing is sent, so no answer takes the refusal away. The field may be one of its details.
  const KINDS = ["none", "words", "carried", "warning", "error"];
  const draw = (cell, kind) => { for (const each of KINDS) cell.classList.toggle(each, kind.split(" ").includes(each)); };
  const settle = (changed) => {
    const field = fieldOf(fields.unitOf(changed));
    const cell = field?.closest("td");
    if (cell?.dataset.refused === undefined || !isBack(field)) return;
    draw(cell, cell.dataset.refused);
    delete cell.dataset.refused;
    for (const note of cell.closest("tr").querySelectorAll(".notes [data-refusal]")) if (note.dataset.refusal === nameOf(field)) note.remove();
  };

  // changes: [[field, text, the version that shows it, if one does]]
  const put = (changes) => {
    for (const [field, text, shown] of changes) {
      fields.fill(field, text);
      renew(field, seenBy(field), shown);
      settle(field);
    }
    if (changes.some(([field]) => field === document.activeElement)) enter(document.activeElement);
    form.dispatchEvent(new Event("portal:changed"));
  };
  // changes: [[field, old, text, the version that showed the old one]]; also of boxes, which have a text or none
  const record = (changes) => {
    const different = changes.filter(([, old, text]) => old !== text);
    if (!different.length) return;
    const versionOf = (field, old) => (old === field.defaultValue ? seenBy(field) : "");
    past.push(different.map(([field, old, text, shown]) => ({ field, texts: [old, text], shown: [shown ?? versionOf(field, old), ""] })));
    future.length = 0;
    form.dispatchEvent(new Event("grid:recorded"));
  };

  // side: 0 for what was there before the step, 1 for what it made
  const again = (from, to, side) => {
    // details of a cell that a colleague has changed since are gone from the page
    const step = from.pop()?.filter(({ field }) => field.isConnected);
    if (!step?.length) return;
    for (const { field, texts, shown } of step) {
      if (fields.value(field) === texts[1 - side]) shown[1 - side] = shownBy(field) || shown[1 - side]; // saved by now
    }
    to.push(step);
    put(step.map(({ field, texts, shown }) => [field, texts[side], shown[side]]));
    if (side === 0) for (const { field } of step) field.closest("td")?.classList.remove("pasted");
    grid.go(isCell(step[0].field) ? step[0].field : null);
  };

  const grid = (portal.grid = {
    table, form, isCell, isBack, fieldOf, nameOf, put, record,
    isReadOnly: "noDrafts" in form.dataset,
    cells: () => [...table.querySelectorAll(".now > input:not([type=hidden])")],
    rows: () => [...table.querySelectorAll("tbody tr")],
    stops: (row) => [...row.querySelectorAll(STOPS)],
    // where the tab key enters
    active: () => table.querySelector('[tabindex="0"]') ?? grid.cells()[0],
    go(stop) {
      if (!stop) return;
      stop.focus();
      stop.scrollIntoView({ block: "nearest", inline: "nearest" });
    },
    // changes: [[field, text]]
    change(changes) {
      if (grid.isReadOnly) return;
      grid.leave();
      record(changes.map(([field, text]) => [field, field.value, text, shownBy(field)]));
      put(changes);
    },
    // a cell that was typed into becomes one step that can be taken back
    leave() {
      const field = document.activeElement;
      if (isCell(field) && before !== null) record([[field, before.text, field.value, before.shown]]);
      if (isCell(field)) enter(field);
    },
    putBack(field) {
      if (before === null || field.value === before.text) return false;
      put([[field, before.text, before.shown]]);
      return true;
    },
    undo() {
      grid.leave();
      again(past, future, 0);
    },
    redo() {
      again(future, past, 1);
    },
  });

  // One tab stop, which moves along.
  const rove = (stop) => {
    for (const each of table.querySelectorAll('tbody [tabindex="0"]')) each.tabIndex = -1;
    stop.tabIndex = 0;
  };
  table.setAttribute("role", "grid");
  for (const stop of table.querySelectorAll(`tbody :is(${STOPS})`)) stop.tabIndex = -1;
  const first = grid.cells()[0] ?? table.querySelector(`tbody :is(${STOPS})`);
  if (first) first.tabIndex = 0;
  table.addEventListener("focusin", (event) => {
    if (!event.target.matches(STOPS)) return;
    rove(event.target);
    if (isCell(event.target)) {
      enter(event.target);
      event.target.select();
    }
  });
  table.addEventListener("focusout", (event) => {
    if (isCell(event.target) && before !== null) record([[event.target, before.text, event.target.value, before.shown]]);
    before = null;
  });
  // the way from the head, or from a finding, into a cell
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (target?.id === "figures") {
      event.preventDefault();
      grid.go(grid.active());
    } else if (isCell(target)) {
      event.preventDefault();
      grid.go(target);
    }
  });
  const named = document.getElementById(location.hash.slice(1));
  if (isCell(named)) grid.go(named);

  // --- what the server answers ---
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const showCell = (name, [read, text, kind, change, changeKind, isEstimate], isSaved, isConflict) => {
    const field = fieldOf(name);
    const hidden = form.elements[`${name}-read`];
    if (!field) return;
    const isClean = field.value === field.defaultValue;
    const isPutBack = !isClean || "unsaved" in hidden.dataset; // and not saved yet
    if (isSaved || isClean) renew(field, read, isPutBack ? backOf(field) : "");
    if (isClean && field !== document.activeElement) field.value = field.defaultValue = text;
    const cell = field.closest("td");
    if (!cell) return;
    const isWrong = isConflict || (!isSaved && !isBack(field));
    draw(cell, isWrong ? "error" : kind);
    if (isWrong && !isConflict) cell.dataset.refused = kind; // as it is without what was typed
    else delete cell.dataset.refused;
    cell.classList.toggle("estimate", isEstimate);
    const place = cell.matches(".whole") ? cell.querySelector("small > span") : cell.nextElementSibling?.nextElementSibling;
    if (place) {
      place.textContent = change;
      place.className = changeKind;
    }
  };
  const choice = (name, cell) => {
    const button = (label, act) => element("button", { type: "button", className: "as-link", textContent: label, tabIndex: -1, onclick: act });
    const field = fieldOf(name);
    const rebase = (isMine) => {
      renew(field, cell[0], isMine ? backOf(field) : "");
      form.dispatchEvent(new CustomEvent("grid:decided", { detail: { name, read: cell[0], isMine } }));
    };
    return [
      button(table.dataset.stored, () => { rebase(false); field.defaultValue = cell[1]; grid.change([[field, cell[1]]]); field.closest("tr").querySelector(".notes").replaceChildren(); }),
      button(table.dataset.typed, () => { rebase(true); form.dispatchEvent(new Event("portal:changed")); portal.draftOf?.(form)?.send(); }),
    ];
  };
  const showRow = (key, [total, notes], answer) => {
    const row = document.getElementById(key);
    if (!row) return;
    const place = row.querySelector("td.total > span");
    if (place) place.textContent = total;
    const named = notes.map(([kind, text, name, isRefusal]) => {
      const note = element("a", { className: kind, href: `#${name}`, textContent: text, tabIndex: -1 });
      if (isRefusal) note.dataset.refusal = name;
      return [note, kind, name];
    });
    // what was put back since it was sent is refused no more
    const isGone = ({ dataset: { refusal } }) => refusal && fieldOf(refusal) && isBack(fieldOf(refusal));
    row.querySelector(".notes").replaceChildren(...named.filter(([note]) => !isGone(note)).flatMap(([note, kind, name]) => [
      note,
      ...(answer.conflicts.includes(name) && kind === "error" ? choice(name, answer.cells[name]) : []),
    ]));
  };
  // in the heading of a measure
  const showMarks = (key, html) => {
    const place = document.querySelector(`[id="m-${key}"] .measure .marks`);
    if (!place || place.contains(document.activeElement)) return;
    const marks = document.importNode(new DOMParser().parseFromString(html, "text/html").querySelector(".marks"), true);
    for (const stop of marks.querySelectorAll(STOPS)) stop.tabIndex = -1;
    place.replaceWith(marks);
  };
  grid.showCell = showCell;
  form.addEventListener("input", ({ target }) => { if (target.name) settle(target); });
  form.addEventListener("portal:saved", () => {
    const answer = JSON.parse(document.getElementById("grid-answer")?.dataset.answer ?? "null");
    if (!answer) return;
    const saved = new Set((document.getElementById("saved-state")?.dataset.saved ?? "").split(" "));
    for (const [name, cell] of Object.entries(answer.cells)) showCell(name, cell, saved.has(name), answer.conflicts.includes(name));
    for (const [key, row] of Object.entries(answer.rows)) showRow(key, row, answer);
    for (const [key, html] of Object.entries(answer.marks)) showMarks(key, html);
    for (const [name, count] of Object.entries(answer.counts)) {
      const place = document.querySelector(`[data-filter="${name}"]`);
      if (place) place.textContent = count;
    }
  });
})();
