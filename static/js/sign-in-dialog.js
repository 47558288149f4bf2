// Signing in above a page whose session has ended: the portal's own pages of signing in, form by form, in a dialog. So
// passwords, passkeys, second factors and limits are those of everywhere. The person of the page alone may go on in it.
//
// portal.signIn(description, saveFile) asks; "portal:signed-in" is sent to the document once the same person is back.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const dialog = document.getElementById("sign-in-again");
  if (!dialog) return;
  const { person, tokenUrl, signInUrl, email } = dialog.dataset;
  const steps = dialog.querySelector("[data-steps]");
  const fault = dialog.querySelector("[data-fault]");
  const tokenPath = new URL(tokenUrl, location.href).pathname;
  let saveFile = () => {};

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
  const show = (page, address) => {
    const forms = [...page.querySelectorAll("main form[method=post]")];
    const summary = page.querySelector("main #errors, main .refusal");
    fault.textContent = forms.length ? textOf(summary) : textOf(page.querySelector("main"));
    fault.hidden = !fault.textContent;
    steps.replaceChildren(...forms.map((form) => adopt(form, address)));
    steps.querySelector("input:not([type=hidden])")?.focus();
  };
  const follow = async (response) => {
    if (new URL(response.url).pathname !== tokenPath) {
      show(new DOMParser().parseFromString(await response.text(), "text/html"), response.url);
      return;
    }
    const who = admit(await response.json());
    if (who === "other") portal.leaveToOther();
    else if (who === "same") finish();
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
    if (dialog.open) dialog.close();
    portal.device?.open();
    document.dispatchEvent(new Event("portal:signed-in"));
  };

  portal.signIn = (description, save) => {
    if (dialog.open) return;
    saveFile = save;
    dialog.querySelector("[data-what]").textContent = description && `(${description})`;
    fault.hidden = true;
    dialog.showModal();
    attempt(() => fetch(`${signInUrl}?next=${encodeURIComponent(tokenUrl)}`, { credentials: "same-origin" }));
  };
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-save-file]").addEventListener("click", () => saveFile());
})();
