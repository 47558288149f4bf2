// What a page shows of words that the server does not have yet: the state in words, the marks, the list, the file.
//
// Texts come from the template #draft-words. Places on the page, all optional: #saved-state (the state), [data-not-sent]
// (the list), [data-presence] (who else is here), [data-total] (totals), #before-sign-off, #report-status
// and #sign (the way to sign-off), #chapters (the list of measures). A field is marked at its nearest td.cell,
// .text-box or .field.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const source = document.getElementById("draft-words");
  if (!source) return;
  const words = source.dataset;
  const language = document.documentElement.lang;
  const plurals = new Intl.PluralRules(language);
  // as the portal writes times for this person, in its zone
  const zone = { timeZone: words.zone, hour12: words.clock === "12" };
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", ...zone });
  const calendar = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeStyle: "short", ...zone });

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children.filter(Boolean));
    return made;
  };
  const icon = (name) => source.content.querySelector(`[data-icon="${name}"] > *`)?.cloneNode(true);
  const time = (moment) => clock.format(new Date(moment));
  const dayAndTime = (moment) => calendar.format(new Date(moment));
  const days = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone: words.zone });
  // a time of today; of another day with the day
  const timeOrDay = (moment) => (days.format(new Date(moment)) === days.format(new Date()) ? time(moment) : dayAndTime(moment));
  // samples "1 text|2 texts|5 texts", in the order of one, few, many
  const count = (number, samples) => {
    const [one, few, many] = samples.split("|");
    const sample = { one, few }[plurals.select(number)] ?? many;
    return sample.replace(/\d+/, number);
  };

  const MOST_LISTED = 100;
  const isFigure = (unit) => /^f\d/.test(unit);
  const summary = (entries) => {
    const units = Object.keys(entries);
    const figures = units.filter(isFigure).length;
    const texts = units.length - figures;
    const parts = [texts && count(texts, words.texts), figures && count(figures, words.figures)].filter(Boolean);
    return new Intl.ListFormat(language, { type: "conjunction" }).format(parts);
  };
  const since = (entries) => Math.min(...Object.values(entries).map((entry) => entry.since));

  // --- the state ---
  // of a form that is sent with its button alone
  const onDevice = (entries) => words.onDevice.replace("TIME", timeOrDay(since(entries)));
  // kind: saving | offline | server | signed-out | no-room | refused; `seconds` until the next try; `reason` of a refusal
  // Only what has changed is written anew: a live region is read out, and a button keeps its focus.
  const say = (place, kind, entries, { seconds, reason, onRetry, onSignIn, onFile }) => {
    const shown = `${kind} ${summary(entries)} ${reason?.textContent ?? ""}`;
    const countdown = place.querySelector("[data-seconds]");
    if (place.dataset.shown === shown && kind !== "saving" && Boolean(countdown) === seconds > 0) {
      if (countdown) countdown.textContent = words.next.replace("SECONDS", seconds);
      return;
    }
    place.dataset.shown = shown;
    const heading = element("b", { textContent: words[kind.replace(/-./, (part) => part[1].toUpperCase())] });
    if (kind === "saving") {
      place.replaceChildren(icon("saving"), heading);
      delete place.dataset.trouble;
      return;
    }
    heading.className = kind === "refused" ? "danger" : "warm";
    const detail = element("small");
    if (Object.keys(entries).length) detail.append(words.since.replace("WHAT", summary(entries)).replace("TIME", timeOrDay(since(entries))));
    if (reason) detail.append(detail.textContent ? ". " : "", reason);
    const act = (text, run) => {
      const button = element("button", { type: "button", className: "as-link", textContent: text });
      button.addEventListener("click", run);
      detail.append(" · ", button);
    };
    if (seconds > 0) {
      const next = element("span", { textContent: words.next.replace("SECONDS", seconds), ariaHidden: "true" });
      next.dataset.seconds = "";
      detail.append(" · ", next);
    }
    if (onSignIn) act(words.signIn, onSignIn);
    else if (onRetry) act(words.retry, onRetry);
    if (onFile) act(words.file, onFile);
    place.replaceChildren(icon("unsent"), heading, detail);
    place.dataset.trouble = kind;
  };

  // A button was pressed while offline: what stood here comes back with the connection.
  const sayNotSent = (place) => {
    const { shown, trouble } = place.dataset;
    if (trouble === "offline-button") return;
    const before = [...place.childNodes];
    say(place, "offline-button", {}, {});
    window.addEventListener("online", () => {
      if (place.dataset.trouble !== "offline-button") return;
      place.replaceChildren(...before);
      for (const [name, value] of Object.entries({ shown, trouble })) {
        if (value === undefined) delete place.dataset[name];
        else place.dataset[name] = value;
      }
    }, { once: true });
  };

  // --- the marks ---
  const placeOf = (field) => field.closest("td.cell, .text-box, .field") ?? field.parentElement;
  const unmark = () => {
    for (const mark of document.querySelectorAll("[data-unsent-words]")) mark.remove();
    for (const place of document.querySelectorAll(".unsent")) place.classList.remove("unsent");
  };
  const mark = (form, entries) => {
    unmark();
    const units = new Set(Object.keys(entries));
    const done = new Set();
    for (const field of portal.fields.of(form)) {
      const unit = portal.fields.unitOf(field);
      if (field.type === "hidden" || !units.has(unit) || done.has(unit)) continue;
      done.add(unit);
      const place = placeOf(field);
      place.classList.add("unsent");
      const text = isFigure(unit) ? words.unsent : words.unsentText.replace("TIME", timeOrDay(entries[unit].since));
      const note = element("small", { className: "unsent-words" }, icon("unsent"), text);
      note.dataset.unsentWords = "";
      place.append(note);
    }
    for (const total of form.querySelectorAll("tr")) {
      const place = total.querySelector("[id^='total-']");
      if (!place?.textContent.trim() || !total.querySelector(".unsent")) continue;
      const note = element("small", { className: "unsent-words" }, words.total);
      note.dataset.unsentWords = "";
      place.after(note);
    }
  };

  // --- the way to sign-off: what the page says of it is of the last answer, and each link leads to the server ---
  let answeredAt = Date.now();
  const answered = () => { answeredAt = Date.now(); };
  const turnOff = (link) => {
    link.dataset.href = link.getAttribute("href");
    link.removeAttribute("href");
    link.setAttribute("role", "link");
    link.setAttribute("aria-disabled", "true");
  };
  const turnOn = (link) => {
    link.setAttribute("href", link.dataset.href);
    for (const name of ["data-href", "role", "aria-disabled"]) link.removeAttribute(name);
  };
  const waitWithSignOff = (isAway) => {
    for (const note of document.querySelectorAll("[data-stood-note]")) note.remove();
    for (const reason of document.querySelectorAll("#report-status .blocking-reason")) reason.hidden = isAway;
    const links = document.querySelectorAll(`:is(#before-sign-off, #report-status, #sign) a[${isAway ? "href" : "data-href"}]`);
    for (const link of links) (isAway ? turnOff : turnOn)(link);
    for (const button of document.querySelectorAll(isAway ? "#sign [type=submit]:enabled" : "#sign [data-waits]")) {
      button.disabled = isAway;
      button.toggleAttribute("data-waits", isAway);
    }
    if (!isAway) return;
    const note = (name, className) => {
      const made = element(name, { className, textContent: words.stood.replace("TIME", time(answeredAt)) });
      made.dataset.stoodNote = "";
      return made;
    };
    document.querySelector("#before-sign-off h2")?.after(note("p", "quiet small"));
    document.querySelector("#report-status .next")?.prepend(note("span", "blocking-reason"));
    document.querySelector("#sign .buttons")?.before(note("p", "quiet small"));
  };
  for (const name of ["offline", "online"]) window.addEventListener(name, () => waitWithSignOff(name === "offline"));

  // --- the lists, and who else is here ---
  // in that of a report's measures: this page's, and those of which the device keeps words besides
  const markMeasures = (isUnsent) => {
    for (const mark of document.querySelectorAll("[data-unsent-measure]")) mark.remove();
    if (!isUnsent) return;
    const { device } = portal;
    const pages = new Set([location.pathname, ...device.own().map(device.pathOf)]);
    for (const link of document.querySelectorAll("#chapters :is(ol ol, ul) a")) {
      if (!pages.has(link.pathname)) continue;
      const mark = element("span", { className: "unsent-words" }, icon("unsent"), element("span", { className: "hidden", textContent: words.unsent }));
      mark.dataset.unsentMeasure = "";
      link.prepend(mark);
    }
  };
  const list = (form, entries, onFile) => {
    markMeasures(Object.keys(entries).length > 0);
    const place = document.querySelector("[data-not-sent]");
    if (!place) return;
    const units = Object.entries(entries);
    place.hidden = !units.length;
    const visible = portal.fields.of(form).filter((field) => field.type !== "hidden" && field.id).reverse();
    const firsts = new Map(visible.map((field) => [portal.fields.unitOf(field), field]));
    const items = units.slice(0, MOST_LISTED).map(([unit, entry]) => {
      const field = firsts.get(unit);
      const link = element("a", { textContent: entry.label, href: field ? `#${field.id}` : `${location.pathname}?at=${unit}` });
      if (field) {
        link.addEventListener("click", (event) => {
          event.preventDefault();
          field.focus();
        });
      }
      return element("li", {}, icon("unsent"), element("span", {}, element("b", {}, link), element("span", { className: "quiet", textContent: words.sinceTime.replace("TIME", timeOrDay(entry.since)) })));
    });
    const button = element("button", { type: "button", className: "as-link small" }, icon("file"), words.file);
    button.addEventListener("click", onFile);
    if (units.length > MOST_LISTED) items.push(element("li", {}, "…")); // the state says how many there are
    place.querySelector("ul").replaceChildren(...items);
    place.querySelector("[data-file]").replaceChildren(button);
  };
  let present = null;
  const away = (isAway, isSignedOut) => {
    waitWithSignOff((isAway && !isSignedOut) || !navigator.onLine);
    const place = document.querySelector("[data-presence]");
    if (!place) return;
    if (isAway && present === null) {
      const names = [...place.querySelectorAll(".person b")].map((each) => each.textContent).join(", ");
      present = [...place.childNodes];
      const text = isSignedOut ? words.hereSignedOut : words.hereAway;
      const before = names && words.hereBefore.replace("TIME", time(Date.now())).replace("NAMES", names);
      place.replaceChildren(element("p", { className: "quiet small", textContent: `${text} ${before}`.trim() }));
    } else if (!isAway && present !== null) {
      place.replaceChildren(...present);
      present = null;
    }
  };

  // --- what the portal says of a refusal ---
  const reasonOf = (answer) => {
    const reason = element("span");
    try {
      reason.textContent = JSON.parse(answer).refused ?? "";
    } catch {
      const page = new DOMParser().parseFromString(answer, "text/html");
      const sentence = page.querySelector("main p") ?? page.querySelector("small"); // a page, or a sentence of a state
      if (sentence) reason.append(...document.importNode(sentence, true).childNodes);
    }
    return reason;
  };

  // --- the way out: a text file that a person can read ---
  // [name, value] of what a person has written: no versions, and no keys of chosen rows
  const typed = (entry) => Object.entries(entry.values).filter(([name, value]) => value && !/-(version|shown_digest|read)$|^row=/.test(name));
  const save = (entries, title = document.title, address = location.href) => {
    const blocks = Object.entries(entries).map(([unit, entry]) => {
      const values = typed(entry);
      const text = values.length === 1 ? values[0][1] : values.map(([name, value]) => `${name.slice(unit.length + 1) || name}: ${value}`).join("\n");
      return text && `${entry.label} (${dayAndTime(entry.since)})\n${text}\n`;
    });
    const content = `${title}\n${address}\n\n${blocks.filter(Boolean).join("\n")}`;
    const file = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
    const link = element("a", { href: file, download: words.fileName, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(file), 60000);
  };

  portal.unsent = { say, onDevice, sayNotSent, mark, unmark, list, away, answered, reasonOf, typed, save, summary, count, words, element, icon, dayAndTime };
})();
