// The list of words that this device keeps for the person of the page, acting for the organisation of the page: by form,
// with the time and the first words, to be copied, saved as a file or discarded. Nobody else's are read. The page of signing
// out shows it where there is something: what would go.
"use strict";
(() => {
  const { device, unsent } = window.portal ?? {};
  const place = document.getElementById("device-words");
  if (!device || !unsent || !place) return;
  const words = place.dataset;
  const { element } = unsent;
  const FIRST = 160;
  const MOST_ASKED = 20; // forms of which it is asked whether they can be opened
  const SEPARATOR = " · ";
  const person = device.owner.split("-")[0];
  const own = device.keyOf("");

  const textOf = (entry) => unsent.typed(entry).map(([, value]) => value).join(SEPARATOR);
  const button = (text, act) => {
    const made = element("button", { type: "button", className: "button small", textContent: text });
    made.addEventListener("click", () => act(made));
    return made;
  };

  const copy = async (made, text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = element("textarea", { value: text });
      made.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    made.firstChild.textContent = words.copied; // what it is of stays behind it
  };
  // pressed twice, so that nothing goes by a slip
  const discard = (made, key, unit, item) => {
    if (made.firstChild.textContent !== words.sure) {
      made.firstChild.textContent = words.sure;
      return;
    }
    const entries = device.read(key);
    delete entries[unit];
    device.write(key, entries);
    if (!Object.values(entries).some(textOf)) item.closest("section").querySelector("[data-file]")?.remove();
    const note = element("p", { className: "quiet small", role: "status", tabIndex: -1, textContent: words.discarded });
    item.replaceChildren(note);
    note.focus();
  };
  const itemOf = (key, unit, entry) => {
    const text = textOf(entry);
    const item = element("li", { className: "stack tight" });
    const name = element("b", { textContent: entry.label });
    const since = element("span", { className: "quiet small", textContent: `${SEPARATOR}${unsent.dayAndTime(entry.since)}` });
    const first = element("p", { className: "authored-text", textContent: text.length > FIRST ? `${text.slice(0, FIRST)}…` : text });
    const whole = text.length > FIRST && element("details", { className: "fold" }, element("summary", { textContent: words.whole }), element("p", { className: "authored-text", textContent: text }));
    const copyButton = button(words.copy, (made) => copy(made, text));
    const discardButton = button(words.discard, (made) => discard(made, key, unit, item));
    for (const each of [copyButton, discardButton]) each.append(element("span", { className: "hidden", textContent: `: ${entry.label}` }));
    item.append(element("p", {}, name, since), first, ...[whole].filter(Boolean), element("p", { className: "buttons" }, copyButton, discardButton));
    return item;
  };
  const ask = async (path, note) => {
    try {
      const response = await fetch(path, { method: "HEAD", credentials: "same-origin" });
      note.hidden = response.status !== 404 && response.status !== 403;
    } catch { /* not known while the connection is away */ }
  };
  const sectionOf = (key, number) => {
    const entries = device.read(key);
    const path = device.pathOf(key);
    const page = Object.values(entries).map((entry) => entry.page).find(Boolean) ?? path;
    const note = element("p", { className: "small warm", textContent: words.gone, hidden: true });
    // as it is by then: what was discarded is not in it
    const fileButton = button(words.file, () => unsent.save(device.read(key), page, new URL(path, location.href).href));
    fileButton.dataset.file = "";
    const items = Object.entries(entries).filter(([, entry]) => textOf(entry)).map(([unit, entry]) => itemOf(key, unit, entry));
    if (!items.length) return null;
    if (number < MOST_ASKED) ask(path, note);
    return element(
      "section",
      { className: "stack tight" },
      element("h2", { className: "h3", textContent: page }),
      note,
      element("ul", { className: "entries" }, ...items),
      element("p", { className: "buttons" }, element("a", { className: "button small", href: path, textContent: words.open }), fileButton),
    );
  };

  const keys = Object.keys(localStorage);
  const sections = device.own().map(sectionOf).filter(Boolean);
  const whose = words.none ? `${person}-` : document.querySelector("[data-asked]").dataset.signOut;
  const isElsewhere = keys.some((key) => key.startsWith(`draft:${whose}`) && !key.startsWith(own));
  const isListed = sections.length > 0;
  if (isListed || isElsewhere) {
    for (const part of document.querySelectorAll("[data-with-words]")) part.hidden = false;
    for (const part of document.querySelectorAll("[data-without-words]")) part.hidden = true;
    for (const part of document.querySelectorAll("[data-listed]")) part.hidden = !isListed;
    for (const part of document.querySelectorAll("[data-not-listed]")) part.hidden = isListed;
  } else if (words.none) sections.push(element("p", { textContent: words.none }));
  if (isElsewhere) sections.push(element("p", { className: "quiet", textContent: isListed ? words.elsewhere : words.onlyElsewhere }));
  place.replaceChildren(...sections);
})();
