// Typing @ in a message offers the colleagues of its list of mentions (boxes named "mention"), by any word of their name.
// Whoever is taken is ticked there; the box is what is sent. A name that is deleted from the text is unticked again.
// The keys of a combobox (ARIA practices): arrows choose, Enter takes, Escape closes. Needs #mention-words.
"use strict";
(() => {
  const words = document.getElementById("mention-words")?.dataset;
  if (!words) return;
  const MOST = 8;
  const CALL = /(?:^|[\s(«„“"])@([^@\n]{0,60})$/;
  const folded = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");
  const nameOf = (box) => box.labels[0].textContent.trim().replace(/\s+/g, " ");
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  const bind = (area, boxes, number) => {
    const list = element("ul", { role: "listbox", id: `mentions-${number}`, className: "mention-list", hidden: true, ariaLabel: words.label });
    const spoken = element("span", { role: "status", className: "hidden" });
    const place = element("div", { className: "mention-place" });
    place.append(list, spoken);
    area.after(place);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.setAttribute("aria-controls", list.id);
    const ticked = new Set(); // from the text
    let active = -1;

    const call = () => {
      const before = area.value.slice(0, area.selectionStart);
      const match = area.selectionStart === area.selectionEnd && CALL.exec(before);
      return match ? { start: before.length - match[1].length - 1, text: match[1] } : null;
    };
    const matching = (text) => {
      const wanted = folded(text);
      const fits = (name) => name.startsWith(wanted) || name.split(" ").some((word) => wanted && word.startsWith(wanted));
      return boxes.filter((box) => fits(folded(nameOf(box)))).slice(0, MOST);
    };
    const close = () => {
      list.hidden = true;
      list.replaceChildren();
      spoken.textContent = "";
      area.removeAttribute("aria-activedescendant");
    };
    const choose = (at) => {
      active = (at + list.children.length) % list.children.length;
      for (const [place, option] of [...list.children].entries()) option.ariaSelected = String(place === active);
      area.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    };
    const offer = () => {
      const typed = call();
      const people = typed ? matching(typed.text) : [];
      if (!people.length) return close();
      list.replaceChildren(...people.map((box, at) => {
        const option = element("li", { role: "option", id: `${list.id}-${at}`, textContent: nameOf(box) });
        option.addEventListener("click", () => take(box));
        return option;
      }));
      list.hidden = false;
      spoken.textContent = words.offered.replace("COUNT", people.length);
      choose(0);
      list.people = people;
    };
    const take = (box) => {
      const typed = call();
      if (!typed) return close(); // the caret has left the name
      const { start } = typed;
      const text = `@${nameOf(box)} `;
      area.focus();
      area.setSelectionRange(start, area.selectionEnd);
      // so that the browser can take it back
      if (!document.execCommand("insertText", false, text)) area.setRangeText(text, start, area.selectionEnd, "end");
      ticked.add(box);
      box.checked = true;
      close();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    };
    area.addEventListener("input", () => {
      for (const box of ticked) {
        if (area.value.includes(`@${nameOf(box)}`)) continue;
        box.checked = false;
        ticked.delete(box);
      }
      offer();
    });
    area.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const acts = {
        ArrowDown: () => choose(active + 1),
        ArrowUp: () => choose(active - 1),
        Enter: () => take(list.people[active]),
        Escape: close,
      };
      if (!(event.key in acts)) return;
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    });
    area.addEventListener("blur", close);
    area.addEventListener("click", offer);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays
  };

  let number = 0;
  for (const area of document.querySelectorAll("form textarea[name=text]")) {
    const boxes = [...area.form.querySelectorAll("[type=checkbox][name=mention]")];
    if (boxes.length) bind(area, boxes, (number += 1));
  }
})();
