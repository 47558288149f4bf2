// The fields of a form as drafts see them: which belong together, what the server has of each, what was typed.
//
// A unit is what is saved as one: the text or figure whose fields begin with one name (t12-text, f13-7-value,
// f13-7-42-value; of a pledge p and its record), else the field alone. What the server has of a field is its default.
"use strict";
(() => {
  const portal = (window.portal ??= {});
  const UNIT = /^(t\d+|f\d+-\d+(?:-\d+)?|p[0-9a-f]{32})-[a-z_]+$/;
  const NEVER = /^(csrfmiddlewaretoken|once|act|resolve|conflict|started_from|autosave|go_to|confirm|page_\w+|switch_\w+|.*password.*)$/;
  const UNKEPT_TYPES = new Set(["submit", "button", "reset", "file", "password", "image"]);

  const isKept = (field) => field.name && !UNKEPT_TYPES.has(field.type) && !NEVER.test(field.name) && !field.disabled;
  const hasUnit = (field) => UNIT.test(field.name);
  const isChoice = (field) => field.matches("[type=radio], [type=checkbox]");
  const isMultiple = (field) => field.type === "select-multiple";
  const valuesOf = (field, chosen) => [...field.options].filter((option) => option[chosen]).map((option) => option.value).join("\n");
  const chosenFirst = (field) => Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);

  const fields = {
    // hidden fields count only where they belong to a unit: its version, and what its page had shown
    of: (form) => [...form.elements].filter((field) => isKept(field) && (field.type !== "hidden" || hasUnit(field))),
    unitOf: (field) => UNIT.exec(field.name)?.[1] ?? field.name,
    hasUnit,
    differs(field) {
      if (isChoice(field)) return field.checked !== field.defaultChecked;
      if (isMultiple(field)) return valuesOf(field, "selected") !== valuesOf(field, "defaultSelected");
      if (field.matches("select")) return field.selectedIndex !== chosenFirst(field);
      // the page came back with what could not be saved
      return field.type === "hidden" ? "unsaved" in field.dataset : field.value !== field.defaultValue;
    },
    value(field) {
      if (isChoice(field)) return field.checked ? field.value : null;
      return isMultiple(field) ? valuesOf(field, "selected") : field.value;
    },
    stored(field) {
      if (isChoice(field)) return field.defaultChecked ? field.value : null;
      if (isMultiple(field)) return valuesOf(field, "defaultSelected");
      if (field.matches("select")) return field.options[chosenFirst(field)]?.value ?? "";
      return field.defaultValue;
    },
    // one name may stand at several boxes
    idOf: (field) => (isChoice(field) ? `${field.name}=${field.value}` : field.name),
    fill(field, value) {
      if (isChoice(field)) field.checked = value !== null;
      else if (isMultiple(field)) for (const option of field.options) option.selected = value.split("\n").includes(option.value);
      else field.value = value;
    },
    // The server has this value by now.
    accept(field, value) {
      delete field.dataset.unsaved;
      if (isChoice(field)) field.defaultChecked = value !== null;
      else if (field.matches("select")) for (const option of field.options) option.defaultSelected = value.split("\n").includes(option.value);
      else field.defaultValue = value;
    },
    labelOf(field) {
      const own = field.getAttribute("aria-label");
      if (own) return own;
      const named = field.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id));
      const labels = named ?? [field.labels?.[0] ?? field.closest("fieldset")?.querySelector("legend")];
      const words = field.closest("[data-label]")?.dataset.label ?? labels.map((label) => label?.textContent).join(", ");
      return words.trim().replace(/\s+/g, " ") || field.name;
    },
  };
  portal.fields = fields;
})();
