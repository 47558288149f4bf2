// Before some forms are sent, the server is asked whether their sender has to do something first: on a page with an act of
// weight (data-of-weight at this script) to confirm, of a form with a chosen file to sign in again, since no browser gives
// a file back. That is done in a dialog (sign-in-dialog.js) above the form, which is then sent as it stands, with a file by
// file-forms.js, or is left so.
"use strict";
(() => {
  const portal = window.portal ?? {};
  if (!portal.confirm) return;
  const isOfWeight = "ofWeight" in document.currentScript.dataset;
  const hasFile = (form) => [...form.elements].some((field) => field.type === "file" && field.files.length);
  const confirmed = new WeakSet();
  let isAsking = false;
  document.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      if (form.getAttribute("method") !== "post" || !form.closest("main") || form.closest("dialog")) return;
      if (confirmed.delete(form) || !(isOfWeight || hasFile(form))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isAsking) return;
      isAsking = true;
      const isConfirmed = await portal.confirm({ onlySignedIn: !isOfWeight });
      isAsking = false;
      if (!isConfirmed) return;
      if (hasFile(form)) {
        portal.sendFiles(form, submitter);
        return;
      }
      confirmed.add(form);
      form.requestSubmit(submitter);
      confirmed.delete(form); // its browser found a fault in it, and sent nothing
    },
    true,
  );
})();
