// The state of each draft on a page of a review, beside its part: drafts.js keeps and sends them.
"use strict";
(() => {
  const form = document.querySelector("form[data-autosave='json']");
  if (!form || !window.portal?.unsent) return;
  const { unsent, fields } = window.portal;
  const partOf = (unit) => /^(question|note|finding)-/.exec(unit)?.[1] ?? "verdict";
  const places = [...document.querySelectorAll("[data-draft-state]")];

  form.addEventListener("portal:state", (event) => {
    event.preventDefault();
    const { kind, entries, options } = event.detail;
    for (const place of places) {
      const own = Object.fromEntries(Object.entries(entries).filter(([unit]) => partOf(unit) === place.dataset.draftState));
      if (!Object.keys(own).length) continue;
      unsent.say(place, kind, own, options);
      place.dataset.state = kind === "saving" ? "saving" : "failed";
    }
  });
  form.addEventListener("portal:saved", (event) => {
    const times = event.detail.kept;
    // the next words are posted as those that follow on these
    for (const [name, digest] of Object.entries(event.detail.digests)) form.elements[name].value = digest;
    for (const place of places) {
      const part = place.dataset.draftState;
      const undo = form.querySelector(`[data-undo='${part}']`);
      const hasUnsent = fields.of(form).some((field) => partOf(field.name) === part && fields.differs(field));
      delete place.dataset.trouble;
      delete place.dataset.shown;
      if (hasUnsent) continue; // typed since
      if (times[part]) {
        place.textContent = `${form.dataset.kept} ${times[part]}, ${form.dataset.own}`;
        place.dataset.state = "kept";
      } else {
        place.textContent = ""; // emptied, or given: there is no draft
        delete place.dataset.state;
      }
      if (undo) undo.hidden = !times[part];
    }
  });
})();
