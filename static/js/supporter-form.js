// A moment of work in place of the plain question: a number whose hash begins with zero bits, for this e-mail on this day.
// A form that is sent at once waits here until its page has been open long enough: nobody has to press twice.
(() => {
  const form = document.querySelector("form[data-proof]");
  const bits = Number(form?.dataset.proof);
  const openedLongEnough = performance.now() + Number(form?.dataset.openFor) * 1000;
  if (!bits || !window.crypto?.subtle) return;
  const question = form.querySelector("[data-question]");
  const hadFault = question.querySelector("[aria-invalid=true]");
  if (hadFault) return; // the work did not help: the question stays
  question.hidden = true;

  const startsWithZeros = (bytes) => ((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]) >>> (32 - bits)) === 0;
  const encoder = new TextEncoder();
  const find = async (prefix) => {
    for (let number = 0; ; number += 1) {
      const digest = await crypto.subtle.digest("SHA-256", encoder.encode(prefix + number));
      if (startsWithZeros(new Uint8Array(digest))) return number;
    }
  };
  let isSending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const button = event.submitter ?? form.querySelector("[type=submit]");
    const words = button.textContent;
    button.textContent = form.dataset.sending;
    // who comes back by the history of the browser finds the form as it was
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      isSending = false;
      button.textContent = words;
    });
    const day = new Date().toISOString().slice(0, 10);
    const email = form.elements.email.value.trim().toLowerCase();
    form.elements.proof.value = `${day}:${await find(`${email}:${day}:`)}`;
    await new Promise((resume) => setTimeout(resume, openedLongEnough - performance.now()));
    form.submit();
  });
})();
