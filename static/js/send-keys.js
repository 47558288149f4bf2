// Ctrl or ⌘ with Enter sends the form in whose text it is pressed, as its button does; the form says so.
"use strict";
for (const form of document.querySelectorAll("form[data-send-keys]")) {
  for (const words of form.querySelectorAll("[data-send-words]")) words.hidden = false;
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing || event.repeat) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
