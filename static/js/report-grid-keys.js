// Keys and selection in the grid of all figures, as in a spreadsheet. Letters act only outside a text.
"use strict";
(() => {
  const { grid, latinKey = (event) => event.key } = window.portal ?? {};
  if (!grid) return;
  const { table, isCell } = grid;
  let isInside = false; // F2: the arrows move in the text
  let anchor = null;
  let goal = null; // the column in which a way up or down began: rows of the organisation have another one

  // --- where the keys lead ---
  const columnOf = (stop) => stop.closest("td, th").cellIndex;
  const inColumn = (row, column) => grid.stops(row).find((stop) => columnOf(stop) === column);
  const nearest = (row, column) => {
    const distance = (cell) => Math.abs(columnOf(cell) - column);
    return grid.stops(row).filter(isCell).sort((a, b) => distance(a) - distance(b))[0];
  };
  const vertical = (stop, step, isExact) => {
    const rows = grid.rows();
    const find = isCell(stop) && !isExact ? nearest : inColumn;
    for (let at = rows.indexOf(stop.closest("tr")) + step; rows[at]; at += step) {
      const target = find(rows[at], goal ?? columnOf(stop));
      if (target && (!isCell(stop) || isCell(target))) return target;
    }
    return null;
  };
  const horizontal = (stop, step) => {
    const stops = grid.stops(stop.closest("tr"));
    return stops[stops.indexOf(stop) + step] ?? null;
  };
  const edge = (stop, isEnd, isWhole) => {
    const cells = isWhole ? grid.cells() : grid.stops(stop.closest("tr")).filter(isCell);
    return cells.at(isEnd ? -1 : 0) ?? null;
  };
  const next = () => {
    const cells = grid.cells();
    const at = cells.indexOf(table.querySelector('.now > [tabindex="0"]'));
    const needsEyes = (cell) => cell.parentElement.matches(".error, .warning, .carried");
    return [...cells.slice(at + 1), ...cells.slice(0, at + 1)].find(needsEyes);
  };

  // --- selection ---
  const rowsOfCells = () => grid.rows().filter((row) => row.querySelector(".now"));
  const selection = () => {
    const end = document.activeElement;
    if (!isCell(end)) return [];
    if (!anchor?.isConnected) return [[end]];
    const rows = rowsOfCells();
    const [top, bottom] = [anchor, end].map((cell) => rows.indexOf(cell.closest("tr"))).sort((a, b) => a - b);
    const [left, right] = [anchor, end].map(columnOf).sort((a, b) => a - b);
    return rows.slice(top, bottom + 1).map((row) => grid.stops(row).filter((cell) => isCell(cell) && columnOf(cell) >= left && columnOf(cell) <= right));
  };
  const showSelection = () => {
    for (const cell of table.querySelectorAll(".selected")) cell.classList.remove("selected");
    for (const cell of table.querySelectorAll("[aria-selected]")) cell.removeAttribute("aria-selected");
    if (!anchor || anchor === document.activeElement) return;
    for (const cell of selection().flat()) {
      cell.parentElement.classList.add("selected");
      cell.parentElement.setAttribute("aria-selected", "true");
    }
  };
  const move = (stop, isSelecting) => {
    if (!stop) return;
    anchor = isSelecting ? (anchor ?? document.activeElement) : null;
    grid.go(stop);
    showSelection();
  };
  const moveAlong = (stop, to, isSelecting) => {
    const column = goal ?? columnOf(stop);
    move(to, isSelecting);
    goal = column;
  };
  grid.selection = selection;
  table.addEventListener("mousedown", (event) => {
    if (!isCell(event.target)) return;
    if (event.shiftKey && isCell(document.activeElement)) {
      event.preventDefault();
      move(event.target, true);
      return;
    }
    anchor = null;
    if (document.activeElement === event.target) isInside = true; // a second click goes into the text
    const drag = (moved) => {
      const cell = moved.target.closest?.(".now")?.querySelector("input");
      if (!cell || cell === document.activeElement || moved.buttons !== 1) return;
      moved.preventDefault();
      move(cell, true);
    };
    table.addEventListener("mousemove", drag);
    addEventListener("mouseup", () => { table.removeEventListener("mousemove", drag); showSelection(); }, { once: true });
  });
  table.addEventListener("focusin", () => { isInside = false; goal = null; });

  // --- in a cell, and on the links and boxes of a row ---
  const STEPS = { ArrowUp: [vertical, -1], ArrowDown: [vertical, 1], ArrowLeft: [horizontal, -1], ArrowRight: [horizontal, 1] };
  const details = (cell) => {
    if (grid.openDetails) return grid.openDetails(cell);
    location.href = `${cell.closest("tbody").dataset.url}?at=${grid.nameOf(cell)}#${grid.nameOf(cell)}`;
  };
  const command = (event) => {
    const { target, shiftKey } = event;
    const key = latinKey(event);
    const isControl = event.ctrlKey || event.metaKey;
    const isMove = key in STEPS && !event.altKey && !isControl;
    if (isCell(target) && event.altKey && key === "ArrowDown") return () => details(target);
    if (isMove && !(isInside && /Left|Right/.test(key))) {
      const [direction, step] = STEPS[key];
      const to = direction(target, step, shiftKey);
      const go = direction === vertical ? (...way) => moveAlong(target, ...way) : move;
      return () => go(shiftKey && !isCell(to) ? null : to, shiftKey && isCell(target));
    }
    if ((key === "Home" || key === "End") && !isInside) return () => move(edge(target, key === "End", isControl), shiftKey && isCell(target));
    if (isControl && key.toLowerCase() === "z" && !shiftKey && !isInside) return grid.undo;
    if (isControl && !isInside && (key.toLowerCase() === "y" || (shiftKey && key.toLowerCase() === "z"))) return grid.redo;
    if (!isCell(target)) return null;
    if (key === "Enter" && !isControl) return () => moveAlong(target, vertical(target, shiftKey ? -1 : 1) ?? target, false);
    if (key === "F2") return () => { isInside = true; target.setSelectionRange(target.value.length, target.value.length); };
    if (key === "Escape") return () => {
      isInside = false;
      if (grid.putBack(target)) target.select();
      else document.getElementById("figures").focus();
    };
    const isAllSelected = target.selectionStart === 0 && target.selectionEnd === target.value.length;
    const isSeveral = selection().flat().length > 1;
    if ((key === "Delete" || key === "Backspace") && !isInside && (isSeveral || isAllSelected)) {
      return () => grid.change(selection().flat().map((cell) => [cell, ""]));
    }
    return null;
  };
  table.addEventListener("keydown", (event) => {
    if (!event.target.matches("tbody *")) return;
    const act = command(event);
    if (!act) return;
    event.preventDefault();
    act();
  });

  // --- letters, outside a text; can be switched off, here and in reviews at once ---
  const SWITCH_KEY = "review-keys";
  const toggle = document.querySelector("[data-switch-keys]");
  const areOn = () => localStorage.getItem(SWITCH_KEY) !== "off";
  const showSwitch = () => { toggle.textContent = areOn() ? toggle.dataset.off : toggle.dataset.on; };
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      localStorage.setItem(SWITCH_KEY, areOn() ? "off" : "on");
      showSwitch();
    });
    showSwitch();
  }
  const choose = () => {
    const row = table.querySelector('tbody [tabindex="0"]')?.closest("tr");
    const box = row?.querySelector("[type=checkbox]");
    if (box) box.click();
  };
  const LETTERS = {
    n: () => grid.go(next()),
    x: choose,
    t: () => {
      if (table.querySelector("[form=rows-form][name=row]:checked")) document.querySelector("#rows-form [name=act][value=confirm]")?.click();
    },
    "/": () => { const field = document.getElementById("find-indicator"); field.focus(); field.select(); },
    "?": () => { const keys = document.getElementById("grid-keys"); keys.open = !keys.open; if (keys.open) keys.querySelector("summary").focus(); },
  };
  document.addEventListener("keydown", (event) => {
    const isText = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const key = latinKey(event);
    if (isText || event.ctrlKey || event.metaKey || event.altKey || !areOn() || !Object.hasOwn(LETTERS, key)) return;
    event.preventDefault();
    LETTERS[key]();
  });
  // from the grid itself, an arrow leads back to where one was
  document.getElementById("figures").addEventListener("keydown", (event) => {
    if (event.target.id !== "figures" || !(event.key in STEPS || event.key === "Enter")) return;
    event.preventDefault();
    grid.go(grid.active());
  });
})();
