// Draws the schema of the API; nothing is fetched but the schema, and what the reader tries.
"use strict";
const container = document.getElementById("api-docs");
window.SwaggerUIBundle({
  url: container.dataset.schema,
  domNode: container,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor: (request) => ({ ...request, credentials: "omit" }),
});
