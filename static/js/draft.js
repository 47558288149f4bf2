// One form's words: what of them the server does not have yet, kept on this device and sent. The contract is in drafts.js.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const { device, fields, unsent } = portal;
  if (!device || !unsent) return;
  const SOON = 1500;
  const LONGEST_WAIT = 60000;
  const MOST_FIELDS = 4000; // of one post: the server takes 5,000 (form_limits.py)
  const LARGEST_FLUSH = 60000; // bytes that a browser sends while a page closes: 64 KiB in all
  const SENT = "draft-sent";
  const actingFor = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");

  class Draft {
    // `isAnswer`: its page is the answer to its post, which was not taken
    constructor(form, place, isAnswer) {
      this.form = form;
      this.key = device.keyOf(place);
      this.isAutosaved = "autosave" in form.dataset;
      this.isJson = form.dataset.autosave === "json";
      this.keepsAll = form.dataset.keep === "all";
      this.since = new Map();
      this.state = "";
      this.tries = 0;
      this.hasRoom = true;
      this.isSwapped = form.hasAttribute("hx-post"); // htmx sends it, and shows the answer in its place
      this.isAnswer = isAnswer || "answer" in form.dataset || (!this.isAutosaved && Boolean(document.querySelector("[data-focus]")));
      // what the server has, where the page does not show it: after a merge the page says so, else it is as before the post
      this.storedValues = JSON.parse(form.dataset.stored ?? "{}");
      this.isUnread = "stored" in form.dataset; // a merge: a person reads it before it is sent
      this.earlier = this.isAnswer ? device.read(this.key) : {};
      this.running = Promise.resolve();
      this.calm = document.getElementById("saved-state")?.cloneNode(true); // where nothing is to be saved
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
        entries[unit] ??= { since, label: fields.labelOf(field), page: document.title, isUnread: this.isUnread, values: {}, base: {} };
      }
      for (const field of own) {
        const entry = entries[fields.unitOf(field)];
        if (!entry) continue;
        entry.values[fields.idOf(field)] = fields.value(field);
        entry.base[fields.idOf(field)] = this.baseOf(field);
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
        const isVersioned = belonging.some((field) => field.type === "hidden");
        for (const field of belonging) {
          const id = fields.idOf(field);
          // the server has gone on since: a text with a version becomes a conflict, another one has both
          const known = [entry.base[id], saved[unit]?.base[id]];
          const hasGoneOn = !isVersioned && entry.base[id] !== null && !known.includes(fields.stored(field));
          if (hasGoneOn && !field.matches("textarea, [type=text]")) continue;
          const both = [fields.stored(field), entry.values[id]].filter(Boolean).join(field.matches("textarea") ? "\n\n" : " / ");
          fields.fill(field, hasGoneOn ? both : entry.values[id]);
        }
      }
      return isFilled;
    }

    // --- to the server ---
    // what is to be sent, in posts that the server takes: a set of units for each
    parts() {
      const parts = [];
      let room = 0;
      for (const [unit, { values }] of Object.entries(this.unsent())) {
        const count = Object.keys(values).length;
        if (count > room) {
          parts.push(new Set());
          room = MOST_FIELDS;
        }
        parts.at(-1).add(unit);
        room -= count;
      }
      return parts;
    }
    body(units = null) {
      this.part = units;
      const data = new URLSearchParams(new FormData(this.form));
      this.part = null;
      for (const name of ["act", "resolve", "once"]) data.delete(name);
      data.set("autosave", "1");
      if (this.switchesBack) data.set("switch_tenant", "1");
      return data;
    }
    headers() {
      const common = { "HX-Request": "true", "HX-Current-URL": location.href, ...actingFor };
      return this.isJson ? { ...common, Accept: "application/json" } : common;
    }
    post(units) {
      return fetch(location.href, { method: "POST", body: this.body(units), headers: this.headers(), credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(30000) });
    }
    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), wait);
    }
    // One after the other, so that the last answer is to the last words.
    send() {
      clearTimeout(this.timer);
      clearInterval(this.countdown);
      this.running = this.running.then(() => this.attempt());
      return this.running;
    }
    async attempt() {
      const parts = this.parts();
      let isWhole = true;
      for (const units of parts) {
        if (this.isLeaving || !(await this.sendPart(units, parts.length > 1))) return;
        isWhole &&= this.state === "";
      }
      if (!isWhole && this.state === "") this.show("refused"); // an earlier part was, and the last one was not
    }
    // Whether the server has answered, if only with what it could not save.
    async sendPart(units, isOneOfSeveral) {
      const own = this.own().filter((field) => !isOneOfSeveral || units.has(fields.unitOf(field)));
      const sent = new Map(own.map((field) => [fields.idOf(field), fields.value(field)]));
      this.show("saving");
      try {
        let response = await this.post(units);
        if (response.status === 403) {
          const who = await portal.renewToken();
          if (who === "other") return portal.leaveToOther();
          if (who === "nobody") return this.askToSignIn();
          response = await this.post(units);
        }
        return await this.read(response, sent);
      } catch {
        return this.retry("offline");
      }
    }
    async read(response, sent) {
      if (response.status === 401) return this.askToSignIn();
      if (response.status >= 500 || response.status === 429) return this.retry("server", Number(response.headers.get("Retry-After")));
      if (!response.ok) return this.refuse(response.type === "opaqueredirect" ? "" : await response.text(), response.status);
      this.tries = 0;
      this.switchesBack = false;
      const answer = this.isJson ? await response.json() : await response.text();
      this.accept(this.isJson ? null : answer, sent);
      this.form.dispatchEvent(new CustomEvent("portal:saved", { detail: answer }));
      return true;
    }
    accept(fragment, sent) {
      unsent.answered();
      const state = fragment === null ? null : new DOMParser().parseFromString(fragment, "text/html").getElementById("saved-state");
      if (fragment !== null) htmx.swap("#saved-state", fragment, { swapStyle: "outerHTML" });
      const units = state?.dataset.saved?.split(" ");
      const isWhole = state === null || "whole" in state.dataset;
      const isTaken = (unit) => (units ? units.includes(unit) : isWhole);
      this.noteSaved(isTaken, sent);
      for (const field of this.own()) {
        const value = sent.get(fields.idOf(field));
        if (value === undefined || !isTaken(fields.unitOf(field))) continue;
        if (field.type === "hidden") delete field.dataset.unsaved;
        else fields.accept(field, value);
      }
      if (isWhole) this.isAnswer = false;
      const left = this.keep();
      this.state = isWhole ? "" : "refused";
      if (isWhole) this.calm = document.getElementById("saved-state")?.cloneNode(true);
      this.marks({});
      const isTypedSince = this.own().some((field) => sent.has(fields.idOf(field)) && sent.get(fields.idOf(field)) !== fields.value(field));
      if (Object.keys(left).length && isTypedSince) this.later(SOON);
    }
    // A page that is being loaded meanwhile may have been read before: it looks here.
    noteSaved(isTaken, sent) {
      const taken = Object.entries(this.unsent()).filter(([unit]) => isTaken(unit));
      const valuesOf = ({ values }) => Object.fromEntries(Object.keys(values).filter((id) => sent.has(id)).map((id) => [id, sent.get(id)]));
      device.noteSaved(this.key, Object.fromEntries(taken.map(([unit, entry]) => [unit, { ...entry, values: valuesOf(entry) }])));
    }
    retry(kind, seconds = 0) {
      const wait = seconds > 0 ? seconds * 1000 : Math.min(2000 * 2 ** this.tries, LONGEST_WAIT);
      this.tries += 1;
      this.later(wait);
      const at = Date.now() + wait;
      this.show(kind, { at });
      this.countdown = setInterval(() => this.update(kind, { at }), 1000);
    }
    askToSignIn() {
      this.show("signed-out");
      portal.signIn(unsent.summary(this.unsent()), () => this.toFile());
    }
    refuse(answer, status) {
      this.waitsForReturn = status === 409;
      this.show("refused", { reason: unsent.reasonOf(answer) });
    }
    toFile() {
      unsent.save({ ...this.elsewhere(), ...this.unsent() });
    }

    // --- what the page says ---
    get isInTrouble() {
      return !["", "saving"].includes(this.state);
    }
    show(state, options = {}) {
      const entries = this.update(state, options);
      if (state !== "saving") this.marks(entries, state);
    }
    update(state, { at = 0, reason = null } = {}) {
      const entries = this.keep();
      const isAway = ["offline", "server", "signed-out"].includes(state);
      this.state = state;
      const kind = isAway && !this.hasRoom ? "no-room" : state;
      const options = {
        seconds: at ? Math.max(Math.ceil((at - Date.now()) / 1000), 0) : 0,
        reason,
        onRetry: isAway ? () => this.send() : null,
        onSignIn: state === "signed-out" ? () => this.askToSignIn() : null,
        onFile: this.isInTrouble ? () => this.toFile() : null,
      };
      const event = new CustomEvent("portal:state", { cancelable: true, detail: { kind, entries, options } });
      const place = document.getElementById("saved-state");
      if (this.form.dispatchEvent(event) && place) unsent.say(place, kind, entries, options);
      return entries;
    }
    marks(entries, state = "") {
      const isMarked = state !== "" && state !== "saving";
      if (isMarked) unsent.mark(this.form, entries);
      else unsent.unmark();
      unsent.list(this.form, isMarked ? { ...this.elsewhere(), ...entries } : {}, () => this.toFile());
      unsent.away(["offline", "server", "signed-out"].includes(state), state === "signed-out");
    }

    // --- what happens on the page ---
    changed() {
      const left = this.keep();
      if (!this.isAutosaved || this.isUnread) return this.noteRoom();
      if (["saving", "refused"].includes(this.state) && !Object.keys(left).length) return this.settle();
      if (this.isInTrouble && this.state !== "refused") return this.marks(this.unsent(), this.state); // its next try takes it along
      if (Object.keys(this.unsent()).length) {
        if (this.state === "") this.show("saving");
        this.later(SOON);
      }
    }
    // what waited to be saved was taken back
    settle() {
      clearTimeout(this.timer);
      this.state = "";
      this.marks({});
      const place = document.getElementById("saved-state");
      if (!place || !this.calm || this.calm.querySelector(".danger")) return;
      place.replaceChildren(...this.calm.cloneNode(true).childNodes);
      for (const name of ["shown", "trouble"]) delete place.dataset[name];
    }
    noteRoom() {
      this.note(this.hasRoom ? "" : device.isClosed ? unsent.words.closed : unsent.words.noRoom);
    }
    note(...parts) {
      const buttons = this.form.querySelector(".buttons") ?? this.form.querySelector("[type=submit]")?.closest("p");
      const made = () => unsent.element("p", { className: "small warm", role: "status" });
      this.place ??= buttons ? buttons.insertAdjacentElement("beforebegin", made()) : this.form.appendChild(made());
      this.place.replaceChildren(...parts);
    }
    async submitted(event) {
      clearTimeout(this.timer);
      this.isUnread = false;
      const hasUnsent = Object.keys(this.unsent()).length > 0;
      const isAway = this.isInTrouble || !navigator.onLine; // the browser would leave the page for its own
      const isBySelf = this.isJson || isAway || this.parts().length > 1;
      const goesFirst = hasUnsent && this.isAutosaved && this.state !== "refused" && isBySelf;
      if (!goesFirst && !navigator.onLine) {
        event.preventDefault();
        this.keep();
        const state = this.isAutosaved && document.getElementById("saved-state");
        return state ? unsent.sayNotSent(state) : this.note(unsent.words.offlineButton);
      }
      if (!goesFirst) {
        if (this.isSwapped) this.keep();
        else this.leave();
        return;
      }
      event.preventDefault();
      await this.send();
      if (this.state === "") this.form.requestSubmit(event.submitter);
    }
    // The form is sent, and its page left: whether it was taken, the next page knows (drafts.js), if nobody does yet.
    leave(isTaken = false) {
      this.keep();
      this.isLeaving = true;
      if (!this.isAutosaved) sessionStorage.setItem(SENT, JSON.stringify([this.key, location.pathname, isTaken]));
    }
    // The server has taken what was sent with a button: its page comes now.
    taken() {
      clearTimeout(this.timer);
      this.isLeaving = true;
      device.forget(this.key);
    }
    // What a script has sent of this form was not taken.
    notTaken(status, answer) {
      this.keep();
      const { words } = unsent;
      if (status === 0) return this.note(words.offlineButton);
      if (status >= 500 || status === 429) return this.note(words.serverButton);
      if (status === 401) return this.note(words.signedOut);
      this.note(`${words.refused}. `, unsent.reasonOf(answer));
    }
    flush() {
      if (this.isLeaving || !this.isAutosaved || this.isUnread || !Object.keys(this.keep()).length) return;
      const body = this.body();
      if (body.toString().length > LARGEST_FLUSH) return; // the device has it
      this.isFlushed = true;
      fetch(location.href, { method: "POST", body, headers: this.headers(), credentials: "same-origin", keepalive: true }).catch(() => {});
    }
    get holdsPage() {
      const hasUnsent = !this.isLeaving && Object.keys(this.unsent()).length > 0;
      return hasUnsent && (this.isAutosaved ? this.isInTrouble : !this.hasRoom);
    }

    start() {
      const { form } = this;
      const typed = () => { this.isUnread = false; this.changed(); };
      form.addEventListener("input", (event) => { if (event.target.form === form) typed(); });
      form.addEventListener("portal:changed", typed);
      form.addEventListener("submit", (event) => this.submitted(event));
      // of units in which nothing changed, nothing is sent
      form.addEventListener("formdata", (event) => {
        const units = this.part ?? new Set(Object.keys(this.unsent()));
        for (const field of form.elements) {
          if (fields.hasUnit(field) && !units.has(fields.unitOf(field))) event.formData.delete(field.name);
        }
      });
      const isFilled = this.isAnswer ? false : this.restore();
      if (isFilled && (!this.isAutosaved || this.isUnread)) this.sayRestored();
      if (Object.keys(this.keep()).length && this.isAutosaved) this.changed();
    }
    sayRestored() {
      const note = this.form.querySelector("[data-kept-words]") ?? this.addNote();
      note.hidden = false;
      note.querySelector("button").addEventListener("click", () => {
        for (const field of this.own()) fields.fill(field, fields.stored(field));
        this.keep();
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

  portal.Draft = Draft;
})();
