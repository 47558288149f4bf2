// Says below a text by how much it is longer than it may be (data-limit): nothing that is pasted is cut, and the server
// refuses what is too long. Characters are counted as the server counts them: an emoji is one, a line end too.
"use strict";
(() => {
  const over = document.getElementById("text-limit-words")?.dataset.over;
  if (!over) return;
  const language = document.documentElement.lang;
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const PAUSE = 700; // once typing rests: a status is read out
  const statuses = new Map();

  const excessOf = (field) => {
    const limit = Number(field.dataset.limit);
    return field.value.length > limit ? Math.max([...field.value].length - limit, 0) : 0;
  };
  const sentence = (field, excess) => {
    const [one, few, many] = over.split("|");
    const sample = { one, few }[plurals.select(excess)] ?? many;
    return sample.replace(/\d+/, numbers.format(excess)).replace("LIMIT", numbers.format(field.dataset.limit));
  };
  const say = (field) => {
    const excess = excessOf(field);
    const { status } = statuses.get(field);
    if (!excess) {
      status.remove();
      statuses.delete(field);
    } else if (status.textContent !== sentence(field, excess)) status.textContent = sentence(field, excess);
  };
  const look = (field) => {
    if (!statuses.has(field)) {
      if (!excessOf(field)) return;
      // it stands there empty before its sentence comes, so that this is read out
      const status = Object.assign(document.createElement("p"), { className: "small danger", role: "status" });
      (field.closest(".text-box, .line") ?? field).after(status);
      statuses.set(field, { status });
    }
    const entry = statuses.get(field);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => statuses.has(field) && say(field), PAUSE);
  };
  const lookAt = (event) => { if (event.target.matches?.("[data-limit]")) look(event.target); };
  const lookAtAll = () => {
    for (const field of statuses.keys()) if (!field.isConnected) statuses.delete(field);
    document.querySelectorAll("[data-limit]").forEach(look);
  };
  for (const kind of ["input", "focusin"]) document.addEventListener(kind, lookAt); // words from the device are seen with the focus
  document.addEventListener("htmx:afterSettle", lookAtAll);
  lookAtAll();
})();
