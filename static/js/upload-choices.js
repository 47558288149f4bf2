// The count on the button that saves, while answers are ticked. Without it the button says what was decided last.
"use strict";
const form = document.getElementById("upload-form");
if (form) {
  const places = document.querySelectorAll("[data-upload-count]");
  const update = () => {
    const ticked = form.querySelectorAll('input[name="take"]:checked, input[name^="choice-"]:checked:not([value="leave"])');
    for (const place of places) place.textContent = ticked.length + Number(place.dataset.uploadCount);
  };
  form.addEventListener("change", update);
  window.addEventListener("pageshow", update);
}
