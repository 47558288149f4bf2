// A browser sends the files of a folder by their names alone: their paths go along in a hidden field, in the same order.
"use strict";
(() => {
  for (const folder of document.querySelectorAll("input[type=file][data-paths]")) {
    const paths = folder.form.elements[folder.dataset.paths];
    const write = () => {
      paths.value = folder.files.length ? JSON.stringify([...folder.files].map((file) => file.webkitRelativePath || file.name)) : "";
    };
    folder.addEventListener("change", write);
    folder.form.addEventListener("submit", write);
  }
})();
