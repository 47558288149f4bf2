// The one policy of trusted types: pages fetched from ourselves may be parsed, which is inert; nothing else takes strings.
"use strict";
if (window.trustedTypes) {
  trustedTypes.createPolicy("default", {
    createHTML: (html, type, sink) => (sink === "DOMParser parseFromString" ? html : null),
  });
}
