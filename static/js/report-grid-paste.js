// Copying out of the grid of all figures, and pasting into it. The server reads a block, by its labels if it has any; the
// page fills the cells in, as if they were typed: they save themselves, and Ctrl+Z takes all of them back.
"use strict";
(() => {
  const { portal } = window;
  const { grid } = portal ?? {};
  if (!grid) return;
  const { table, form } = grid;
  const place = document.getElementById("paste-result");

  // --- out ---
  // a number as a spreadsheet of the reader's language reads it: without marks of thousands
  const plain = (text) => {
    const separators = document.documentElement.lang === "ru" ? /[\s\u00a0\u202f]/g : /[,\s\u00a0\u202f]/g;
    return /^[-−]?[\d.,\s\u00a0\u202f]+$/.test(text) ? text.replace(separators, "").replace("−", "-") : text;
  };
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  table.addEventListener("copy", (event) => {
    const rows = grid.selection?.() ?? [];
    if (rows.flat().length < 2) return;
    event.preventDefault();
    const texts = rows.map((row) => row.map((cell) => plain(cell.value)));
    event.clipboardData.setData("text/plain", texts.map((row) => row.join("\t")).join("\n"));
    const lines = texts.map((row) => `<tr>${row.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>`);
    event.clipboardData.setData("text/html", `<table>${lines.join("")}</table>`);
  });

  // --- in ---
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const show = (kind, ...children) => {
    place.dataset.kind = kind;
    place.replaceChildren(...children);
    place.hidden = false;
  };
  // a figure that this page does not show has a field of its own, which is saved with the rest
  const ownField = (name, stored, read) => {
    const value = element("input", { name: `${name}-value`, defaultValue: stored, hidden: true });
    const seen = element("input", { type: "hidden", name: `${name}-read`, value: read });
    form.append(value, seen);
    return value;
  };
  const take = (block) => {
    const changes = block.cells.map(([name, text, stored, read]) => [grid.fieldOf(name) ?? ownField(name, stored, read), text]);
    for (const cell of table.querySelectorAll(".pasted")) cell.classList.remove("pasted");
    grid.change(changes);
    for (const [field] of changes) field.closest("td")?.classList.add("pasted");
    const undo = element("button", { type: "button", className: "as-link", textContent: place.dataset.undo, onclick: () => { grid.undo(); place.hidden = true; } });
    const summary = element("p", {}, element("b", { textContent: block.title }), ` ${block.text} `);
    if (changes.length) summary.append(undo);
    form.addEventListener("grid:recorded", () => undo.remove(), { once: true }); // it takes back the last step, which another is then
    if (block.at) summary.append(" ", element("a", { href: `#${block.at}`, textContent: place.dataset.go }));
    const list = element("ul", {}, ...block.skipped.map((text) => element("li", { textContent: text })));
    show(block.skipped.length ? "warning" : "ok", summary, ...(block.skipped.length ? [list] : []));
  };
  const read = async (text, at) => {
    const body = new URLSearchParams({ text, at, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
    try {
      const response = await fetch(table.dataset.pasteUrl, { method: "POST", body, headers, credentials: "same-origin" });
      if (response.status === 401) {
        portal.signIn?.("", null);
        document.addEventListener("portal:signed-in", () => read(text, at), { once: true });
      }
      if (response.status === 413) {
        show("error", element("p", { textContent: place.dataset.large }));
        return;
      }
      const block = await response.json();
      if (block.refused) show("error", element("p", { textContent: block.refused }));
      else take(block);
    } catch {
      const again = element("button", { type: "button", className: "as-link", textContent: place.dataset.again, onclick: () => read(text, at) });
      show("error", element("p", {}, `${place.dataset.failed} `, again));
    }
  };
  table.addEventListener("paste", (event) => {
    if (!grid.isCell(event.target) || grid.isReadOnly) return;
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return; // one value goes into the text
    event.preventDefault();
    read(text, grid.nameOf(event.target));
  });
})();
