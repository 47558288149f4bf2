// One form's words: how what the device keeps of them (kept-words.js) is sent, and what the page says meanwhile. The
// contract is in drafts.js.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const { device, fields, unsent, DeviceWords } = portal;
  if (!DeviceWords || !unsent) return;
  const SOON = 1500;
  const LONGEST_WAIT = 60000;
  const MOST_FIELDS = 4000; // of one post: the server takes 5,000 (portal/settings.py)
  const LARGEST_FLUSH = 60000; // bytes that a browser sends while a page closes: 64 KiB in all
  const actingFor = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");

  class Draft extends DeviceWords {
    constructor(form, place, isAnswer) {
      super(form, place, isAnswer);
      form.dataset.draft = ""; // saved without a button: narrow pages leave it out
      this.isJson = form.dataset.autosave === "json";
      this.isSwapped = form.hasAttribute("hx-post"); // htmx sends it, and shows the answer in its place
      this.state = "";
      this.tries = 0;
      this.running = Promise.resolve();
      this.calm = document.getElementById("saved-state")?.cloneNode(true); // where nothing is to be saved
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
      this.noteSent(sent);
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
        this.underWay.delete(fields.idOf(field));
        this.begunWith.delete(fields.idOf(field));
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
    // Beside the button of a form that is sent by nothing else: where its words are meanwhile.
    noteRoom() {
      const text = this.whereKept();
      if ((this.place?.textContent ?? "") === text) return; // a live region is read out
      this.note(text);
      this.place.classList.toggle("warm", !this.hasRoom);
      this.place.classList.toggle("quiet", this.hasRoom);
    }
    // The connection is back: that it was away is no longer true.
    noteConnection() {
      if (this.place?.textContent === unsent.words.offlineButton) this.noteRoom();
    }
    whereKept() {
      if (!this.hasRoom) return device.isClosed ? unsent.words.closed : unsent.words.noRoom;
      const entries = this.unsent();
      const isTyped = this.own().some((field) => !field.matches("[type=checkbox], [type=radio]") && entries[fields.unitOf(field)]);
      return isTyped && !this.isAutosaved ? unsent.onDevice(entries) : "";
    }
    note(...parts) {
      const made = unsent.element("p", { className: "small warm", role: "status" });
      const bar = document.querySelector(`[data-note-of="${this.form.id}"]`); // where its button stands at the foot of the page
      const buttons = this.form.querySelector(".buttons:not(.conflict .buttons)") ?? this.form.querySelector("[type=submit]")?.closest("p");
      this.place ??= bar || !buttons ? (bar ?? this.form).appendChild(made) : buttons.insertAdjacentElement("beforebegin", made);
      this.place.className = "small warm";
      this.place.replaceChildren(...parts);
    }
    async submitted(event) {
      clearTimeout(this.timer);
      this.isUnread = false;
      const hasUnsent = Object.keys(this.unsent()).length > 0;
      const isAway = this.isInTrouble || !navigator.onLine; // the browser would leave the page for its own
      const isBySelf = this.isJson || isAway || this.parts().length > 1;
      const isChoice = this.isJson && event.submitter?.name === "resolve"; // between two drafts: its post has all words
      const goesFirst = !isChoice && hasUnsent && this.isAutosaved && this.state !== "refused" && isBySelf;
      if (!goesFirst && !navigator.onLine) {
        event.preventDefault();
        this.keep();
        const state = this.isAutosaved && document.getElementById("saved-state");
        return state ? unsent.sayNotSent(state) : this.note(unsent.words.offlineButton);
      }
      if (!goesFirst) {
        if (this.isSwapped) this.keep();
        else this.leave(isChoice ? null : this.discardedBy(event.submitter));
        return;
      }
      event.preventDefault();
      await this.send();
      if (this.state === "") this.form.requestSubmit(event.submitter);
    }
    // Units of which a button takes what is saved: their words go with its post. Of a form that is one text: all of it.
    discardedBy(button) {
      if (button?.name !== "resolve" || !button.value.startsWith("stored")) return [];
      const units = [...new Set(this.own().map(fields.unitOf))];
      const chosen = button.value.split(":")[1];
      const inConflict = this.inConflict();
      const decided = units.filter((unit) => (chosen ? unit === chosen : inConflict.has(unit)));
      return decided.length ? decided : units;
    }
    // The form is sent, and its page left. Its words stay until there is proof that they were taken (drafts.js): of an
    // autosaved one those of `decided`, with null all.
    leave(decided = null) {
      this.keep();
      this.isLeaving = true;
      const once = this.form.querySelector("[name=once]")?.value;
      if (!once) return;
      const stored = device.read(this.key);
      // what the answer to an earlier post has no field for any more was sent with that one, and goes with this one
      const sent = this.isAutosaved && decided ? decided : [...this.own().map(fields.unitOf), ...this.answered];
      for (const unit of new Set(sent)) {
        // the same words with the same key are the same post, since it was sent first
        if (!(unit in stored) || this.isOfAnother(unit, stored)) continue;
        if (stored[unit].post?.once !== once) stored[unit].post = { once, at: Date.now() };
      }
      device.write(this.key, stored);
    }
    // The server has taken what was sent with a button: its page comes now.
    taken() {
      clearTimeout(this.timer);
      this.isLeaving = true;
      this.forget();
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
      this.noteSent(this.own().map((field) => [fields.idOf(field), fields.value(field)]));
      this.keep();
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
      const isFilled = this.isAnswer && (this.isAutosaved || this.isUnread) ? false : this.restore();
      this.sayOthers();
      if (isFilled && (!this.isAutosaved || this.isUnread)) this.sayRestored();
      if (Object.keys(this.keep()).length) this.changed();
    }
  }

  portal.Draft = Draft;
})();
