// The one policy of trusted types: what we fetched from ourselves may be parsed into a document that runs nothing.
"use strict";
if (window.trustedTypes) {
  const inert = ["Document parseHTMLUnsafe", "DOMParser parseFromString"];
  trustedTypes.createPolicy("default", {
    createHTML: (html, type, sink) => (inert.includes(sink) ? html : null),
  });
}
