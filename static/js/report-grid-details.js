// The details of a cell in the grid of all figures, in place: its status, bounds, note and whatever else the editor of its
// measure has. One popover serves all cells, and asks the server for what is written of the one at which it opens.
//
// The status is the text of the cell itself, and so is an answer that is chosen. The other fields belong to the grid's form, in the unit of their cell: so they
// are saved, kept on the device, sent after signing in and shown in a conflict as it is. Closing makes one step that can be
// taken back; fields that were changed stay on the page, in #details-aside. Loaded before drafts.js: what the device has of
// them is given back into fields that stand in for them ("portal:restoring").
"use strict";
(() => {
  const popover = document.getElementById("grid-details");
  if (!popover?.showPopover) return; // the keys lead to the page of the measure
  const portal = (window.portal ??= {});
  const form = popover.closest("form");
  const aside = document.getElementById("details-aside");
  const slot = popover.querySelector("[data-slot]");
  const statuses = [...popover.querySelectorAll("[name=cell-status]")];
  const actingFor = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  let cell = null; // at which it is open
  let before = null; // what stood there: [[field, text]]

  const find = (name) => form.querySelector(`[data-details="${name}"]`);
  const fieldsOf = (place) => [...place.querySelectorAll('[name]:not([form=""])')];
  const versionOf = (place) => place.querySelector("[name$=-version]");
  const isChanged = (place) => fieldsOf(place).some((field) => portal.fields.differs(field));
  const present = () => slot.querySelector("[data-details]");

  // --- what the device has ---
  const standIn = (unit, entry, ids) => {
    const place = document.createElement("div");
    place.dataset.details = unit;
    const isGivenBack = "unsaved" in form.elements[`${unit}-read`].dataset; // by the page, which has the cell alone
    for (const id of ids) {
      const [name, choice] = id.split("=");
      const field = document.createElement(name.endsWith("-version") || choice ? "input" : "textarea");
      field.name = name;
      if (choice) {
        Object.assign(field, { type: "checkbox", value: choice, defaultChecked: entry.base[id] !== null });
        if (isGivenBack) field.checked = entry.values[id] !== null;
      } else if (name.endsWith("-version")) {
        Object.assign(field, { type: "hidden", value: entry.values[id] });
      } else {
        field.defaultValue = entry.base[id] ?? "";
        if (isGivenBack) field.value = entry.values[id];
      }
      place.append(field);
    }
    return place;
  };
  form.addEventListener("portal:restoring", ({ detail: entries }) => {
    for (const [unit, entry] of Object.entries(entries)) {
      const ids = Object.keys(entry.values).filter((id) => !/-(value|read)$/.test(id));
      if (ids.length && form.elements[`${unit}-read`] && !find(unit)) aside.append(standIn(unit, entry, ids));
    }
  });

  const start = () => {
    const { grid, fields } = portal;
    if (!grid) return;
    const { table } = grid;

    // --- what the popover and its cell show ---
    const statusOf = (text) => statuses.find((each) => each.dataset.word && each.dataset.word === text.trim().toLowerCase());
    const answers = () => [...(present()?.querySelectorAll("[name=cell-answer]") ?? [])];
    const show = () => {
      const status = statusOf(cell.value);
      for (const each of statuses) each.checked = each === (status ?? statuses.find((one) => one.value === "reported"));
      for (const each of answers()) each.checked = each.value.toLowerCase() === cell.value.trim().toLowerCase();
      popover.querySelector("[data-value]").textContent = cell.value;
      const estimate = present()?.querySelector("[name$=-estimate]");
      const place = cell.closest("td");
      place.classList.toggle("none", Boolean(status));
      if (estimate) place.classList.toggle("estimate", estimate.checked && !status);
    };
    const showFaults = (place, faults) => {
      for (const each of place.querySelectorAll("[data-fault]")) each.remove();
      for (const field of fieldsOf(place)) {
        const text = faults[field.name.split("-").at(-1)];
        field.toggleAttribute("aria-invalid", Boolean(text));
        if (!text) continue;
        const note = Object.assign(document.createElement("p"), { className: "error small", textContent: text, id: `${field.id}-fault` });
        note.dataset.fault = "";
        field.before(note);
        field.setAttribute("aria-describedby", note.id);
      }
    };
    const enter = () => {
      const first = present()?.querySelector("textarea:not(:disabled), input:not([type=hidden], :disabled)");
      const status = statuses.find((each) => each.checked && !each.disabled && each.offsetParent);
      (status ?? first ?? popover).focus();
    };
    const snapshot = () => {
      const place = present();
      const all = [cell, ...(place ? fieldsOf(place).filter((field) => field.type !== "hidden") : [])];
      const known = new Map(before ?? []);
      before = all.map((field) => [field, known.has(field) ? known.get(field) : fields.value(field)]);
    };

    // --- reading ---
    const read = async (name) => {
      const headers = { "HX-Request": "true", "HX-Current-URL": location.href, ...actingFor };
      try {
        const response = await fetch(`${popover.dataset.url}${name}/`, { headers, credentials: "same-origin", signal: AbortSignal.timeout(20000) });
        if (response.status === 401) portal.signIn?.("", null);
        return response.ok ? await response.text() : null;
      } catch {
        return null; // the connection is away
      }
    };
    const load = async () => {
      const opened = cell;
      const name = grid.nameOf(cell);
      slot.replaceChildren(popover.dataset.reading);
      const text = await read(name);
      if (cell !== opened) return;
      const made = text && new DOMParser().parseFromString(text, "text/html").querySelector("[data-details]");
      if (made) take(name, document.importNode(made, true));
      else slot.replaceChildren(popover.dataset.away);
    };
    const take = (name, made) => {
      const waiting = find(name);
      slot.replaceChildren(made);
      for (const field of waiting ? fieldsOf(waiting) : []) {
        const same = fieldsOf(made).find((each) => fields.idOf(each) === fields.idOf(field));
        if (same && (field.type === "hidden" || fields.differs(field))) fields.fill(same, fields.value(field));
      }
      waiting?.remove();
      if (!grid.isReadOnly && grid.isBack(cell)) grid.showCell(name, JSON.parse(made.dataset.shown), false, false);
      snapshot();
      show();
      if (document.activeElement === popover) enter();
    };
    const again = () => { if (cell && !present()) load(); };
    window.addEventListener("online", again);
    document.addEventListener("portal:signed-in", again);

    // --- opening and closing ---
    const open = (field) => {
      if (popover.matches(":popover-open")) popover.hidePopover();
      cell = field;
      before = null;
      grid.leave();
      const name = grid.nameOf(cell);
      const labels = cell.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id)?.textContent.trim());
      popover.querySelector("#grid-details-title").textContent = labels.join(", ");
      popover.classList.toggle("of-part", /^f\d+-\d+-\d+$/.test(name));
      cell.closest("td").classList.add("with-details");
      const waiting = find(name);
      const isWhole = waiting && versionOf(waiting)?.id; // and none that stands in
      if (isWhole) slot.replaceChildren(waiting);
      snapshot();
      popover.showPopover();
      show();
      enter();
      if (!isWhole) load();
    };
    const close = () => {
      if (!cell) return;
      const changes = before.map(([field, old]) => [field, old, fields.value(field)]).filter(([, old, text]) => old !== text);
      grid.record(changes);
      const place = present();
      if (place && (isChanged(place) || changes.some(([field]) => place.contains(field)))) aside.append(place);
      slot.replaceChildren();
      cell.closest("td").classList.remove("with-details");
      const left = cell;
      cell = before = null;
      const isElsewhere = document.activeElement !== document.body && !popover.contains(document.activeElement);
      if (!isElsewhere) grid.go(left);
    };
    popover.addEventListener("beforetoggle", (event) => { if (event.newState === "closed") close(); });
    popover.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !popover.contains(event.relatedTarget) && cell) popover.hidePopover();
    });
    const save = () => {
      popover.hidePopover();
      portal.draftOf?.(form)?.send();
    };
    popover.querySelector("[data-save]")?.addEventListener("click", save);
    popover.addEventListener("keydown", (event) => {
      const isSending = event.key === "Enter" && (event.ctrlKey || event.metaKey || !event.target.matches("textarea, button, a"));
      const isClosing = event.altKey && event.key === "ArrowUp";
      if (event.isComposing || !(isSending || isClosing)) return;
      event.preventDefault();
      if (isSending && !grid.isReadOnly) save();
      else popover.hidePopover();
    });

    // --- changes ---
    popover.addEventListener("change", ({ target }) => {
      if (answers().includes(target)) {
        grid.put([[cell, target.value]]);
        show();
      }
      if (!statuses.includes(target)) return;
      const number = statusOf(before[0][1]) ? "" : before[0][1];
      grid.put([[cell, target.value === "reported" ? number : target.dataset.word]]);
      show();
    });
    popover.addEventListener("input", () => { if (cell) show(); });
    form.addEventListener("portal:saved", () => {
      const answer = JSON.parse(document.getElementById("grid-answer")?.dataset.answer ?? "null");
      const saved = new Set((document.getElementById("saved-state")?.dataset.saved ?? "").split(" "));
      for (const place of answer ? form.querySelectorAll("[data-details]") : []) {
        const name = place.dataset.details;
        const version = answer.cells[name]?.[0].split(".")[0];
        if (version === undefined) continue;
        if (saved.has(name)) versionOf(place).value = version;
        else if (!isChanged(place) && versionOf(place).value !== version) drop(place);
        showFaults(place, answer.faults[name] ?? {});
      }
      if (cell) show();
    });
    // a colleague has changed the figure since: what is shown here is not of it
    const drop = (place) => {
      const isOpen = popover.contains(place);
      place.remove();
      if (isOpen) load();
    };
    form.addEventListener("grid:decided", ({ detail: { name, read, isMine } }) => {
      const place = find(name);
      if (!place) return;
      if (isMine && isChanged(place)) versionOf(place).value = read.split(".")[0];
      else drop(place);
    });

    // --- the button, for a mouse and for fingers ---
    const button = document.getElementById("grid-details-button").content.firstElementChild.cloneNode(true);
    let wasOpen = false;
    const offer = (field) => {
      if (field && button.parentElement !== field.parentElement) field.parentElement.append(button);
      if (!field) button.remove();
    };
    const cellIn = (element) => element.closest?.("td.now")?.querySelector(":scope > input") ?? null;
    table.addEventListener("focusin", ({ target }) => { if (grid.isCell(target)) offer(target); });
    table.addEventListener("mouseover", ({ target }) => { if (cellIn(target)) offer(cellIn(target)); });
    table.addEventListener("mouseleave", () => { if (!cell) offer(grid.isCell(document.activeElement) ? document.activeElement : null); });
    button.addEventListener("pointerdown", () => { wasOpen = cell !== null && cell === cellIn(button); });
    button.addEventListener("mousedown", (event) => event.preventDefault()); // what is typed in a cell goes on
    button.addEventListener("click", () => {
      if (!wasOpen) open(cellIn(button));
      else if (cell) popover.hidePopover();
    });
    grid.openDetails = open;
  };
  document.addEventListener("DOMContentLoaded", start);
})();
