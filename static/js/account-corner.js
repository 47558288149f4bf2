// Who is signed in, fetched into a public page, which is the same for everybody; without it the link to sign in stays.
"use strict";
(async () => {
  const corner = document.querySelector("[data-corner]");
  if (!corner) return;
  const answer = await fetch(corner.dataset.corner, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
  if (!answer.ok) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  corner.replaceChildren(...part.body.childNodes);
  document.dispatchEvent(new Event("account-corner"));
})().catch(() => {});
