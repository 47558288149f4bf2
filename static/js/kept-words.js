// One form's words as this device keeps them: what of them the server does not have yet, and how they are given back to
// the form. draft.js sends them; the contract is in drafts.js.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const { device, fields } = portal;
  if (!device) return;
  const MOST_SENT = 3;

  class DeviceWords {
    // `isAnswer`: its page is the answer to its post, which was not taken
    constructor(form, place, isAnswer) {
      this.form = form;
      this.key = device.keyOf(place);
      this.isAutosaved = "autosave" in form.dataset;
      this.keepsAll = form.dataset.keep === "all";
      this.since = new Map();
      this.underWay = new Map(); // by field what was sent without an answer so far: the server may have it, or not
      this.hasRoom = true;
      this.isAnswer = isAnswer || "answer" in form.dataset || (!this.isAutosaved && Boolean(document.querySelector("[data-focus]")));
      // what the server has, where the page does not show it: after a merge the page says so, else it is as before the post
      this.storedValues = JSON.parse(form.dataset.stored ?? "{}");
      this.isUnread = "stored" in form.dataset; // a merge: a person reads it before it is sent
      this.earlier = this.isAnswer ? device.read(this.key) : {};
    }

    // --- what the server does not have ---
    own() {
      const all = fields.of(this.form);
      if (this.isAutosaved) return all;
      return all.filter((field) => (this.keepsAll ? !field.matches("[type=checkbox][required]") : field.matches("textarea, [type=date]")));
    }
    unsent() {
      const entries = {};
      const own = this.own();
      const changed = own.filter((field) => fields.differs(field) || (this.isAnswer && field.matches("textarea") && field.value));
      for (const field of changed) {
        const unit = fields.unitOf(field);
        const since = this.since.get(unit) ?? Date.now();
        this.since.set(unit, since);
        entries[unit] ??= { since, label: fields.labelOf(field), page: document.title, isUnread: this.isUnread, values: {}, base: {}, sent: {} };
      }
      for (const field of own) {
        const entry = entries[fields.unitOf(field)];
        if (!entry) continue;
        const id = fields.idOf(field);
        entry.values[id] = fields.value(field);
        entry.base[id] = this.baseOf(field);
        entry.sent[id] = this.underWay.get(id) ?? [];
      }
      return entries;
    }
    baseOf(field) {
      const id = fields.idOf(field);
      if (!this.isAnswer) return fields.stored(field);
      return this.storedValues[id] ?? this.earlier[fields.unitOf(field)]?.base[id] ?? null;
    }
    // what waits on the device for another part of the form
    elsewhere() {
      const here = new Set(this.own().map(fields.unitOf));
      return Object.fromEntries(Object.entries(device.read(this.key)).filter(([unit]) => !here.has(unit)));
    }

    // --- on this device ---
    // Another window of the same person may have put its own there, which stays.
    keep() {
      const stored = device.read(this.key);
      const known = [...this.since.keys()];
      const entries = this.unsent();
      for (const unit of known) {
        if (entries[unit]) continue;
        this.since.delete(unit);
        delete stored[unit];
      }
      this.hasRoom = device.write(this.key, { ...stored, ...entries });
      return entries;
    }
    noteSent(sent) {
      for (const [id, value] of sent) {
        const others = (this.underWay.get(id) ?? []).filter((other) => other !== value);
        this.underWay.set(id, [...others, value].slice(-MOST_SENT));
      }
    }
    restore() {
      const saved = device.savedSinceRequest(this.key);
      const entries = { ...saved, ...device.read(this.key) };
      this.form.dispatchEvent(new CustomEvent("portal:restoring", { detail: entries }));
      const own = this.own();
      let isFilled = false;
      for (const [unit, entry] of Object.entries(entries)) {
        const belonging = own.filter((field) => fields.unitOf(field) === unit && fields.idOf(field) in entry.values);
        const typed = belonging.filter((field) => field.type !== "hidden");
        if (!typed.length) continue;
        this.since.set(unit, entry.since);
        if (typed.every((field) => fields.stored(field) === entry.values[fields.idOf(field)])) continue; // the server has it
        // the browser has filled it in already, or the page is the answer to it
        if (belonging.some((field) => fields.differs(field))) continue;
        isFilled = true;
        if (entry.isUnread) this.isUnread = true;
        this.noteSent(Object.entries(entry.sent ?? {}).flatMap(([id, values]) => values.map((value) => [id, value])));
        const isVersioned = belonging.some((field) => field.type === "hidden");
        for (const field of belonging) {
          const id = fields.idOf(field);
          // the server has gone on since: a text with a version becomes a conflict, another one has both
          const known = [entry.base[id], saved[unit]?.base[id], ...(entry.sent?.[id] ?? [])];
          const hasGoneOn = !isVersioned && entry.base[id] !== null && !known.includes(fields.stored(field));
          if (hasGoneOn && !field.matches("textarea, [type=text]")) continue;
          const both = [fields.stored(field), entry.values[id]].filter(Boolean).join(field.matches("textarea") ? "\n\n" : " / ");
          fields.fill(field, hasGoneOn ? both : entry.values[id]);
        }
      }
      return isFilled;
    }
    // what was given back can be discarded
    sayRestored() {
      const note = this.form.querySelector("[data-kept-words]") ?? this.addNote();
      note.hidden = false;
      note.querySelector("button").addEventListener("click", () => {
        for (const field of this.own()) fields.fill(field, fields.stored(field));
        this.changed();
        this.form.dispatchEvent(new Event("change")); // whatever counts ticks counts anew
        note.hidden = true;
      });
    }
    addNote() {
      const note = document.importNode(document.getElementById("kept-words").content, true).firstElementChild;
      (this.form.querySelector("textarea")?.closest(".field, .text-box") ?? this.form.firstElementChild).before(note);
      this.form.closest("details")?.setAttribute("open", "");
      return note;
    }
  }

  portal.DeviceWords = DeviceWords;
})();
