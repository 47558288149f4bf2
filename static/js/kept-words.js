// Words on a page before an act wait on this device until they are sent: neither a closed tab nor a click elsewhere loses them.
"use strict";
for (const form of document.querySelectorAll("form[data-keep-words]")) {
  // of the page that takes the form: a page may have several; what is written about one revision is not meant for the next
  const PATH = form.getAttribute("action") ?? location.pathname;
  const OF = form.dataset.keepAs;
  const KEY = `draft:${form.dataset.keepWords}:${OF === undefined ? "" : `${OF}:`}${PATH}`;
  const sent = sessionStorage.getItem("sent-words");
  if (OF !== undefined && sent !== KEY && sent?.endsWith(`:${PATH}`)) localStorage.removeItem(sent); // an earlier revision
  const note = form.querySelector("[data-kept-words]");
  const fields = [...form.querySelectorAll("textarea, input[type=date], input[inputmode=decimal], input[name*=reason]")].filter((field) => field.name);
  const shown = new Map(fields.map((field) => [field, field.value])); // by the server: empty, proposed, or sent and refused
  const keep = () => {
    const typed = fields.filter((field) => field.value !== field.defaultValue || form.querySelector("#errors"));
    try {
      if (typed.length) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(typed.map((field) => [field.name, field.value]))));
      else localStorage.removeItem(KEY);
    } catch { /* a full or closed store */ }
  };
  const typedBefore = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  // A page with faults shows what was sent: that is the newest.
  const isAnswer = form.querySelector("#errors") !== null;
  for (const field of isAnswer ? [] : fields) {
    const typed = typedBefore[field.name];
    if (typed === undefined || typed === field.value) continue;
    field.value = typed;
    if (note) note.hidden = false;
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => {
    keep();
    sessionStorage.setItem("sent-words", KEY);
  });
  note?.querySelector("button").addEventListener("click", () => {
    for (const field of fields) field.value = shown.get(field);
    localStorage.removeItem(KEY);
    note.hidden = true;
  });
}
