// The ways to correct what a comparison shows, for whoever is signed in and may: each way goes beside its value, those
// of values that stand only in a drawing below it. The page itself is the same for everybody.
"use strict";
(() => {
  const place = document.querySelector("[data-corrections]");
  if (!place) return;
  const fill = async () => {
    if (!document.querySelector("[data-signed-in]")) return;
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
    const answer = await fetch(place.dataset.corrections + location.search, { headers });
    if (answer.status !== 200) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    const cells = new Map();
    for (const cell of document.querySelectorAll("[data-value]")) cells.set(cell.dataset.value, cell);
    for (const row of part.querySelectorAll("li[data-value]")) {
      const cell = cells.get(row.dataset.value);
      const way = row.querySelector("[data-way]");
      if (!cell || !way) continue;
      const line = document.createElement("span");
      line.className = "sub";
      line.append(way);
      cell.append(line);
      row.remove();
    }
    if (part.querySelector("li[data-value]")) place.replaceChildren(...part.body.childNodes);
  };
  document.addEventListener("account-corner", () => fill().catch(() => {}));
  fill().catch(() => {});
})();
