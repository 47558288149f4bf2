// One stop for the Tab key in each chart: the arrows lead on along a line and from line to line, Home and End to its ends.
// Without it every point is a stop of its own.
"use strict";
(() => {
  for (const drawing of document.querySelectorAll("svg.drawing")) {
    const points = [...drawing.querySelectorAll("a.chart-point")];
    if (points.length < 2) continue;
    const at = (name, point) => Number(point.dataset[name]);
    const stop = (point) => {
      for (const each of points) each.setAttribute("tabindex", each === point ? "0" : "-1");
    };
    // the nearest column in the next row that has points, or the next point of the same row
    const across = (point, step) => {
      const row = points.filter((each) => at("row", each) === at("row", point));
      return row[row.indexOf(point) + step];
    };
    const along = (point, step) => {
      const rows = [...new Set(points.map((each) => at("row", each)))];
      const next = rows[rows.indexOf(at("row", point)) + step];
      const distance = (each) => Math.abs(at("column", each) - at("column", point));
      const row = points.filter((each) => at("row", each) === next);
      return row.sort((one, other) => distance(one) - distance(other))[0];
    };
    const moves = {
      ArrowRight: (point) => across(point, 1),
      ArrowLeft: (point) => across(point, -1),
      ArrowDown: (point) => along(point, 1),
      ArrowUp: (point) => along(point, -1),
      Home: (point) => points.find((each) => at("row", each) === at("row", point)),
      End: (point) => points.findLast((each) => at("row", each) === at("row", point)),
    };
    stop(points[0]);
    drawing.addEventListener("focusin", (event) => {
      const point = event.target.closest("a.chart-point");
      if (point) stop(point);
    });
    drawing.addEventListener("keydown", (event) => {
      const point = event.target.closest("a.chart-point");
      if (!point || event.altKey || event.ctrlKey || event.metaKey || !(event.key in moves)) return;
      event.preventDefault();
      moves[event.key](point)?.focus();
    });
  }
})();
