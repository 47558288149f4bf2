// A page with an act of weight: before its form is sent, the server is asked whether its sender has to confirm first. That is
// done in a dialog (sign-in-dialog.js) above the form, which is then sent as it stands, files too; or is left as it stands.
"use strict";
(() => {
  const portal = window.portal ?? {};
  if (!portal.confirm) return;
  const confirmed = new WeakSet();
  let isAsking = false;
  document.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      if (form.getAttribute("method") !== "post" || !form.closest("main") || form.closest("dialog")) return;
      if (confirmed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isAsking) return;
      isAsking = true;
      const isConfirmed = await portal.confirm();
      isAsking = false;
      if (!isConfirmed) return;
      confirmed.add(form);
      form.requestSubmit(submitter);
      confirmed.delete(form); // its browser found a fault in it, and sent nothing
    },
    true,
  );
})();
