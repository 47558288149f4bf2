// Signing in above a page whose session has ended: the portal's own pages of signing in, form by form, in a dialog. So
// passwords, passkeys, second factors and limits are those of everywhere. The person of the page alone may go on in it.
//
// portal.signIn(description, saveFile) asks; "portal:signed-in" is sent to the document once the same person is back.
// portal.confirm() asks for a confirmation before an act of weight, in the same way; it is true once there is one, or where
// the server has to decide, and false where somebody thought better of it. With `onlySignedIn` it is enough to be signed in.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const dialog = document.getElementById("sign-in-again");
  if (!dialog) return;
  const { person, tokenUrl, signInUrl, email } = dialog.dataset;
  const steps = dialog.querySelector("[data-steps]");
  const fault = dialog.querySelector("[data-fault]");
  const tokenPath = new URL(tokenUrl, location.href).pathname;
  const beside = dialog.querySelector("[data-beside]");
  const fileButton = dialog.querySelector("[data-save-file]");
  let saveFile = null;
  let confirming = null; // what to call once somebody has confirmed, or has not
  let isSignInEnough = false; // of what is asked for now
  let opener = null; // what had the focus before the dialog, with its caret
  let lastField = null;

  const textOf = (element) => element?.textContent.trim().replace(/\s+/g, " ") ?? "";

  // --- who is signed in now ---
  const renew = (token) => {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  };
  // "same": the person of this page, whose forms have the token of the new session; "other"; or "nobody".
  portal.renewToken = async () => {
    const response = await fetch(tokenUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok) return "nobody";
    return admit(await response.json());
  };
  const admit = (facts) => {
    if (!facts.person) return "nobody";
    if (String(facts.person) !== person) return "other";
    renew(facts.token);
    return "same";
  };
  // Somebody else is shown nothing of this page.
  portal.leaveToOther = () => {
    document.dispatchEvent(new Event("portal:leaving"));
    document.body.hidden = true;
    location.replace(dialog.dataset.startUrl);
  };

  // --- where one was writing ---
  document.addEventListener("focusin", ({ target }) => {
    if (!dialog.contains(target) && target.matches("textarea, input")) lastField = target;
  });
  const caretOf = (element) => ({ element, value: element.value, start: element.selectionStart, end: element.selectionEnd });
  // The browser gives the focus back, but not always the caret: what is then typed would go nowhere.
  const returnFocus = () => {
    const { element, value, start, end } = opener ?? {};
    opener = null;
    if (!element?.isConnected) return;
    element.focus({ preventScroll: true });
    // who has typed on since has moved the caret
    if (typeof start === "number" && element.value === value) element.setSelectionRange(start, end);
  };
  // Its "close" event comes late: a key pressed meanwhile belongs to the text already.
  const close = () => {
    dialog.close();
    returnFocus();
  };

  // --- the forms of signing in ---
  const adopt = (form, address) => {
    const adopted = document.importNode(form, true);
    adopted.action = new URL(form.getAttribute("action") || address, address).href;
    for (const element of adopted.querySelectorAll("[id]")) {
      const id = element.id;
      element.id = `again-${id}`;
      for (const label of adopted.querySelectorAll(`[for="${CSS.escape(id)}"]`)) label.htmlFor = element.id;
    }
    for (const element of adopted.querySelectorAll("[aria-describedby]")) {
      const ids = element.getAttribute("aria-describedby").split(" ").map((id) => `again-${id}`);
      element.setAttribute("aria-describedby", ids.join(" "));
    }
    const login = adopted.elements.login;
    const isConfirmation = confirming && !isSignInEnough && !adopted.dataset.passkey;
    if (isConfirmation && !login) adopted.querySelector("button").textContent = dialog.dataset.confirm;
    if (login) {
      login.value = email;
      login.type = "hidden";
      login.closest(".field")?.replaceWith(login);
      const button = adopted.querySelector("button");
      if (button) button.textContent = dialog.dataset.send;
    }
    const submit = (submitter) => send(adopted, submitter);
    if (adopted.dataset.passkey) portal.bindPasskey?.(adopted, submit);
    else {
      adopted.addEventListener("submit", (event) => {
        event.preventDefault();
        submit(event.submitter);
      });
    }
    return adopted;
  };
  // another way to confirm, in the same place
  const way = (link, address) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "as-link", textContent: textOf(link) });
    const url = new URL(link.getAttribute("href"), address).href;
    button.addEventListener("click", () => attempt(() => fetch(url, { credentials: "same-origin" })));
    return button;
  };
  const show = (page, address) => {
    const forms = [...page.querySelectorAll("main form[method=post]")];
    const summary = page.querySelector("main #errors, main .refusal");
    const isSaidAtField = forms.some((form) => form.querySelector(".error:not([hidden])")); // which gets the focus
    fault.textContent = isSaidAtField ? "" : textOf(forms.length ? summary : page.querySelector("main"));
    fault.hidden = !fault.textContent;
    const ways = [...page.querySelectorAll("main a[data-way]")];
    steps.replaceChildren(...forms.map((form) => adopt(form, address)), ...ways.map((link) => way(link, address)));
    (steps.querySelector("input:not([type=hidden])") ?? steps.querySelector("button"))?.focus();
  };
  const follow = async (response) => {
    if (new URL(response.url).pathname !== tokenPath) {
      show(new DOMParser().parseFromString(await response.text(), "text/html"), response.url);
      return;
    }
    const facts = await response.json();
    const who = admit(facts);
    if (who === "other") portal.leaveToOther();
    else if (who === "same" && (!confirming || isSignInEnough || facts.confirmed)) finish();
  };
  const attempt = async (request) => {
    steps.setAttribute("aria-busy", "true");
    try {
      await follow(await request());
    } catch {
      fault.textContent = dialog.dataset.away;
      fault.hidden = false;
    } finally {
      steps.removeAttribute("aria-busy");
    }
  };
  const send = (form, submitter) =>
    attempt(() => fetch(form.action, { method: "POST", body: new FormData(form, submitter?.name ? submitter : null), credentials: "same-origin" }));
  const finish = () => {
    steps.replaceChildren();
    const answer = confirming;
    confirming = null;
    // the button "Sign in" goes with the words beside it
    if (!answer && lastField && opener?.element.matches("button")) opener = caretOf(lastField);
    if (dialog.open) close();
    portal.device?.open();
    document.dispatchEvent(new Event("portal:signed-in"));
    answer?.(true);
  };
  const open = (purpose, address) => {
    for (const part of dialog.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== purpose;
    fault.hidden = beside.hidden = true;
    fileButton.hidden = !saveFile;
    steps.replaceChildren();
    opener = caretOf(document.activeElement);
    dialog.showModal();
    if (address) attempt(() => fetch(address, { credentials: "same-origin" }));
  };
  const signInAddress = `${signInUrl}?next=${encodeURIComponent(tokenUrl)}`;

  portal.signIn = (description, save) => {
    if (dialog.open) return;
    saveFile = save;
    dialog.querySelector("[data-what]").textContent = description && `(${description})`;
    open("sign-in", signInAddress);
  };
  const confirmationFacts = async () => {
    const response = await fetch(tokenUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
    const facts = await response.json();
    return { ...facts, who: admit(facts) };
  };
  portal.confirm = async ({ onlySignedIn = false } = {}) => {
    if (dialog.open) return false;
    let facts;
    try {
      facts = await confirmationFacts();
    } catch {
      return true; // no answer: the form says so itself
    }
    if (facts.who === "other") {
      portal.leaveToOther();
      return false;
    }
    if (facts.who === "same" && (onlySignedIn || facts.confirmed || !(facts.confirm || facts.beside))) return true;
    return new Promise((answer) => {
      confirming = answer;
      isSignInEnough = onlySignedIn;
      saveFile = null;
      dialog.querySelector("[data-what]").textContent = "";
      if (facts.who === "same") open("confirm", facts.confirm);
      else open("sign-in", signInAddress);
      beside.hidden = !facts.beside;
      beside.querySelector("a").href = facts.beside ?? "";
    });
  };
  // what was confirmed in another tab
  window.addEventListener("focus", async () => {
    if (!confirming) return;
    const facts = await confirmationFacts().catch(() => ({}));
    if (confirming && facts.who === "same" && (isSignInEnough || facts.confirmed)) finish();
  });
  dialog.addEventListener("close", () => {
    steps.replaceChildren();
    confirming?.(false);
    confirming = null;
    returnFocus();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  for (const button of dialog.querySelectorAll("[data-later]")) button.addEventListener("click", close);
  fileButton.addEventListener("click", () => saveFile());
})();
