// A form with a chosen file is sent by this script: no browser gives a file back to a page, so the page stays until the
// portal has taken it. What is not taken (503, 504, 429, no connection) is sent again after 2, 4, 8 … 60 s, or Retry-After;
// an ended session asks to sign in above the form. It is called off with its button, or by another choice of file. The server answers a redirect as JSON {"go_to": address}.
//
// portal.sendFiles(form, submitter): called by step-up.js, once its sender is signed in. Without it the browser sends.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const LONGEST_WAIT = 60000;
  const sendings = new WeakMap();
  const current = new Set();
  let isLeaving = false;

  class Sending {
    constructor(form) {
      this.form = form;
      this.tries = 0;
      form.addEventListener("change", (event) => { if (event.target.type === "file" && current.has(this)) this.stop(""); });
    }
    async send(submitter) {
      if (this.attempt || isLeaving) return;
      this.submitter = submitter ?? this.submitter;
      this.stopWaiting();
      const attempt = (this.attempt = new AbortController());
      current.add(this);
      this.form.setAttribute("aria-busy", "true");
      this.say(portal.unsent.words.fileSending);
      try {
        await this.read(await this.post(attempt), attempt);
      } catch {
        if (!attempt.signal.aborted) this.later(portal.unsent.words.fileOffline);
      }
      if (this.attempt === attempt) this.end();
    }
    end() {
      this.attempt = null;
      this.form.removeAttribute("aria-busy");
    }
    post({ signal }) {
      const body = new FormData(this.form, this.submitter?.name ? this.submitter : null);
      const headers = { "Form-By-Script": "1" };
      return fetch(this.form.getAttribute("action") || location.href, { method: "POST", body, headers, credentials: "same-origin", signal });
    }
    // whatever comes after its sending was called off is left alone: throwIfAborted
    async read(response, attempt) {
      const { signal } = attempt;
      if (response.status === 401) return this.askToSignIn(signal);
      if (response.status === 403 && !this.isRenewed) {
        this.isRenewed = true;
        const who = await portal.renewToken();
        signal.throwIfAborted();
        if (who === "other") return portal.leaveToOther();
        if (who === "nobody") return this.askToSignIn(signal);
        return this.read(await this.post(attempt), attempt);
      }
      if (response.status >= 500 || response.status === 429) {
        return this.later(portal.unsent.words.fileServer, Number(response.headers.get("Retry-After")));
      }
      const isTaken = response.headers.get("Content-Type")?.startsWith("application/json");
      const answer = await (isTaken ? response.json() : response.text());
      signal.throwIfAborted();
      current.delete(this); // not before: an answer that breaks off is none
      if (isTaken) this.leave(answer.go_to);
      else this.refuse(answer);
    }
    leave(address) {
      const url = new URL(address, location.href);
      portal.draftOf?.(this.form)?.taken();
      const isHere = url.pathname + url.search === location.pathname + location.search;
      if (!isHere || !url.hash) return location.assign(url);
      history.replaceState(null, "", url);
      location.reload();
    }
    async askToSignIn(signal) {
      this.say(portal.unsent.words.fileServer);
      const isSignedIn = await portal.confirm({ onlySignedIn: true });
      signal.throwIfAborted();
      if (isSignedIn) this.later(portal.unsent.words.fileServer, 0.1);
      else this.wait(portal.unsent.words.fileServer);
    }
    refuse(text) {
      const page = new DOMParser().parseFromString(text, "text/html");
      const summary = [...page.querySelectorAll("main #errors li")]; // says what stands beside the fields, too
      const places = [...(summary.length ? summary : page.querySelectorAll("main .field .error")), ...page.querySelectorAll("main .refusal, .messages [data-kind=error]")];
      const reasons = new Set((places.length ? places : [page.querySelector("main p")]).map((place) => place?.textContent.trim().replace(/\s+/g, " ")));
      this.say([portal.unsent.words.fileRefused, ...reasons].filter(Boolean).join(" "), "alert");
    }

    // --- not taken: the file is still chosen ---
    later(text, seconds = 0) {
      const wait = seconds > 0 ? seconds * 1000 : Math.min(2000 * 2 ** this.tries, LONGEST_WAIT);
      this.tries += 1;
      const at = Date.now() + wait;
      this.timer = setTimeout(() => this.send(), wait);
      this.wait(text);
      const { words, element } = portal.unsent;
      const next = element("span", { ariaHidden: "true" });
      const count = () => { next.textContent = ` ${words.next.replace("SECONDS", Math.max(Math.ceil((at - Date.now()) / 1000), 0))}`; };
      count();
      this.place.append(next);
      this.countdown = setInterval(count, 1000);
    }
    wait(text) {
      const { words, element } = portal.unsent;
      const button = (name, act) => {
        const made = element("button", { type: "button", className: "as-link", textContent: name });
        made.addEventListener("click", act);
        return made;
      };
      this.say(text);
      this.place.append(" ", button(words.retry, () => this.send()), " · ", button(words.stop, () => this.stop(words.fileRefused)));
    }
    stopWaiting() {
      clearTimeout(this.timer);
      clearInterval(this.countdown);
    }
    stop(text) {
      this.stopWaiting();
      this.attempt?.abort();
      this.end();
      this.tries = 0;
      current.delete(this);
      this.say(text);
    }
    say(text, role = "status") {
      const { element } = portal.unsent;
      const buttons = this.form.querySelector(".buttons") ?? this.form.querySelector("[type=submit]")?.closest("p") ?? this.form.lastElementChild;
      this.place ??= buttons.insertAdjacentElement("beforebegin", element("p", { className: "small warm", tabIndex: -1 }));
      this.place.dataset.fileState = role;
      this.place.className = role === "alert" ? "small danger" : "small warm";
      this.place.setAttribute("role", role);
      const hadFocus = this.place.contains(document.activeElement); // on a button that goes now
      this.place.textContent = text;
      if (hadFocus) this.place.focus();
    }
  }

  portal.sendFiles = (form, submitter) => {
    const sending = sendings.get(form) ?? new Sending(form);
    sendings.set(form, sending);
    sending.send(submitter);
  };
  // somebody else is signed in: nothing is sent for them, and nothing holds the page
  document.addEventListener("portal:leaving", () => { isLeaving = true; });
  window.addEventListener("online", () => { for (const sending of current) sending.send(); });
  window.addEventListener("beforeunload", (event) => { if (current.size && !isLeaving) event.preventDefault(); });
})();
