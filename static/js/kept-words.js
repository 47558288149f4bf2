// One form's words as this device keeps them: what of them the server does not have yet, and how they are given back to
// the form. draft.js sends them; the contract is in drafts.js.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const { device, fields } = portal;
  if (!device) return;
  const MOST_SENT = 3;
  const NO_VERSION = "-1"; // whatever is saved with it is a conflict (alliance/web/workspace/editor_saving.py)
  const textOf = (entry) => JSON.stringify(entry?.values);

  class DeviceWords {
    // `isAnswer`: its page is the answer to its post, which was not taken
    constructor(form, place, isAnswer) {
      this.form = form;
      this.base = device.keyOf(place);
      this.isAutosaved = "autosave" in form.dataset;
      this.key = this.isAutosaved ? this.base : device.keyOfWindow(this.base);
      // by unit what this window has put on the device, or found there
      const stored = Object.entries(device.read(this.key));
      this.known = new Map(stored.map(([unit, entry]) => [unit, textOf(entry)]));
      // units sent with the post that this page answers
      this.answered = new Set(stored.filter(([, { post }]) => post && post.once === document.body.dataset.answers).map(([unit]) => unit));
      this.keepsAll = form.dataset.keep === "all";
      this.since = new Map();
      this.underWay = new Map(); // by field what was sent without an answer so far: the server may have it, or not
      this.begunWith = new Map(); // by field what stood there when its words began, where a colleague has gone on since
      // by version when a window of this person first had it
      this.seen = new Map([[this.version, performance.timeOrigin], ...stored.filter(([, { seen }]) => seen).map(([, entry]) => [entry.version, entry.seen])]);
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
    // Of a form that is saved as one (data-version): what a save of it is compared with, and what its words began with.
    get versionField() {
      return this.form.elements[this.form.dataset.version];
    }
    get version() {
      return (this.form.elements.started_from ?? this.versionField)?.value;
    }
    // Units of which the page shows two versions, and nobody has chosen one.
    inConflict() {
      return new Set([...this.form.elements].filter(({ name }) => name === "conflict").map(({ value }) => value));
    }
    unsent() {
      const entries = {};
      const own = this.own();
      const { version } = this;
      if (!this.seen.has(version)) this.seen.set(version, Date.now());
      const inConflict = this.inConflict();
      const changed = own.filter((field) => fields.differs(field) || (this.isAnswer && field.matches("textarea") && field.value));
      for (const field of changed) {
        const unit = fields.unitOf(field);
        const since = this.since.get(unit) ?? Date.now();
        this.since.set(unit, since);
        entries[unit] ??= { since, label: fields.labelOf(field), page: document.title, isUnread: this.isUnread, version, seen: this.seen.get(version), values: {}, base: {}, sent: {} };
      }
      for (const field of own) {
        const entry = entries[fields.unitOf(field)];
        if (!entry) continue;
        const id = fields.idOf(field);
        // the page has the colleague's version by now: with it the words would pass over theirs when they come back
        entry.values[id] = inConflict.has(fields.unitOf(field)) && id.endsWith("-version") ? NO_VERSION : fields.value(field);
        entry.base[id] = this.baseOf(field);
        entry.sent[id] = this.underWay.get(id) ?? [];
      }
      return entries;
    }
    baseOf(field) {
      const id = fields.idOf(field);
      if (!this.isAnswer) return this.begunWith.get(id) ?? fields.stored(field);
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
      const earlier = [...this.since.keys()];
      const entries = this.unsent();
      if (this.isTakenByAnother(entries)) this.moveAside();
      const stored = device.read(this.key);
      for (const unit of earlier) {
        if (entries[unit]) continue;
        this.since.delete(unit);
        if (!this.isOfAnother(unit, stored)) delete stored[unit];
      }
      for (const [unit, entry] of Object.entries(entries)) {
        if (textOf(stored[unit]) === textOf(entry)) entry.post = stored[unit].post; // sent so, and not changed since
        if (!this.isAutosaved) this.known.set(unit, textOf(entry));
      }
      this.hasRoom = device.write(this.key, { ...stored, ...entries });
      return entries;
    }
    // What the server has goes; what another window has typed since stays.
    forget() {
      const stored = device.read(this.key);
      for (const unit of Object.keys(stored)) if (!this.isOfAnother(unit, stored)) delete stored[unit];
      device.write(this.key, stored);
    }

    // --- two windows with one form that is not autosaved: the second to type keeps its words under a key of its own ---
    isOfAnother(unit, stored) {
      return !this.isAutosaved && unit in stored && textOf(stored[unit]) !== this.known.get(unit);
    }
    // whether in a place of these words there are others
    isTakenByAnother(entries = this.unsent()) {
      if (this.isAutosaved) return false;
      const stored = device.read(this.key);
      return Object.entries(entries).some(([unit, entry]) => this.isOfAnother(unit, stored) && textOf(stored[unit]) !== textOf(entry));
    }
    moveAside() {
      this.key = device.newKeyOfWindow(this.base);
      this.known.clear();
      this.sayOthers();
    }
    sayOthers() {
      const hasOthers = !this.isAutosaved && device.keysOf(this.base).some((key) => key !== this.key);
      if (hasOthers === Boolean(this.others)) return;
      if (!hasOthers) {
        this.others.remove();
        this.others = null;
        return;
      }
      this.others = this.addNote("[data-other-words]");
      this.others.querySelector("a").href = document.querySelector("[data-device-words] a").href;
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
        if (this.isAnswer && (entry.post || this.answered.has(unit))) continue; // the answer shows them
        this.since.set(unit, entry.since);
        if (typed.every((field) => fields.stored(field) === entry.values[fields.idOf(field)])) continue; // the server has it
        const isVersioned = belonging.some((field) => field.type === "hidden");
        // the server has gone on since: with a version that becomes a conflict, without one a text has both
        const hasGoneOn = (field) => {
          const id = fields.idOf(field);
          const known = [entry.base[id], saved[unit]?.base[id], ...(entry.sent?.[id] ?? [])];
          return !this.isAnswer && !isVersioned && entry.base[id] !== null && !known.includes(fields.stored(field));
        };
        const isOlder = Boolean(this.versionField && entry.version) && belonging.some(hasGoneOn);
        if (isOlder) this.beginWith(entry, belonging);
        // the browser has filled it in already, or the page is the answer to it; or, of a late one, somebody has typed
        const isTyped = belonging.some((field) => fields.differs(field));
        if (isTyped && !this.isLate) continue;
        isFilled = true;
        if (entry.isUnread) this.isUnread = true;
        this.noteSent(Object.entries(entry.sent ?? {}).flatMap(([id, values]) => values.map((value) => [id, value])));
        for (const field of belonging) {
          const id = fields.idOf(field);
          const hasOther = isTyped || (!isOlder && hasGoneOn(field));
          if (hasOther && !field.matches("textarea, [type=text]")) continue;
          const both = [...new Set([fields.value(field), entry.values[id]])].filter(Boolean).join(field.matches("textarea") ? "\n\n" : " / ");
          fields.fill(field, hasOther ? both : entry.values[id]);
          field.closest("details")?.setAttribute("open", ""); // what is given back is seen
        }
      }
      return isFilled;
    }
    // The form is saved with the version with which these words began. Those of several windows may have begun with
    // different ones: with the oldest, since with a later one what a colleague wrote before it would count as taken back.
    beginWith(entry, belonging) {
      const seen = entry.seen ?? entry.since;
      if (this.shownVersion === undefined || seen < this.seen.get(this.versionField.value)) {
        this.shownVersion ??= this.versionField.value;
        this.versionField.value = entry.version;
        this.seen.set(entry.version, seen);
      }
      for (const field of belonging) this.begunWith.set(fields.idOf(field), entry.base[fields.idOf(field)]);
    }
    // what was given back can be discarded
    sayRestored() {
      const note = this.form.querySelector("[data-kept-words]") ?? this.addNote("[data-kept-words]");
      note.hidden = false;
      note.querySelector("button").addEventListener("click", () => {
        for (const field of this.own()) fields.fill(field, fields.stored(field));
        if (this.shownVersion !== undefined) this.versionField.value = this.shownVersion; // what is typed now begins with this page
        this.begunWith.clear();
        this.changed();
        this.form.dispatchEvent(new Event("change")); // whatever counts ticks counts anew
        note.hidden = true;
      });
    }
    addNote(which) {
      const note = document.importNode(document.getElementById("kept-words").content.querySelector(which), true);
      (this.form.querySelector("textarea")?.closest(".field, .text-box") ?? this.form.firstElementChild).before(note);
      this.form.closest("details")?.setAttribute("open", "");
      return note;
    }
  }

  portal.DeviceWords = DeviceWords;
})();
