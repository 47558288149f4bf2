// What a key is called on every keyboard: where it writes a letter that is not Latin, the Latin letter in its place.
"use strict";
(() => {
  const latinKey = (event) => {
    const letter = /^Key([A-Z])$/.exec(event.code || "");
    return letter && /^\P{ASCII}$/u.test(event.key) ? letter[1].toLowerCase() : event.key;
  };
  (window.portal ??= {}).latinKey = latinKey;
})();
