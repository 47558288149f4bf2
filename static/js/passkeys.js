// Passkeys: what the server asks for goes to the browser, and what the browser answers goes back with the form.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const withBinaryIds = (list) => (list || []).map((descriptor) => ({ ...descriptor, id: bytes(descriptor.id) }));

  const create = (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: withBinaryIds(options.excludeCredentials),
      },
    });
  const get = (options) =>
    navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: withBinaryIds(options.allowCredentials) },
    });

  const serialise = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    const { id, type } = credential;
    return JSON.stringify({ id, rawId: id, type, response, clientExtensionResults: credential.getClientExtensionResults() });
  };

  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()).request_options;
  };

  // `send` sends the form once it has the credential.
  const bind = (form, send) => {
    const failed = form.querySelector("[data-passkey-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const { publicKey } = await optionsOf(form);
        const credential = await (form.dataset.passkey === "create" ? create : get)(publicKey);
        form.elements.credential.value = serialise(credential);
        send();
      } catch {
        failed.hidden = false;
      }
    });
  };
  (window.portal ??= {}).bindPasskey = bind;
  for (const form of document.querySelectorAll("form[data-passkey]")) bind(form, () => form.submit());
})();
