// Marks in the index of a long page the section that is being read; without it the index is a list of links.
"use strict";
(() => {
  const links = new Map();
  for (const link of document.querySelectorAll(".report-index a[href^='#']")) {
    const section = document.getElementById(link.hash.slice(1));
    if (section) links.set(section, link);
  }
  const inSight = new Set();
  const mark = () => {
    const first = [...links.keys()].find((section) => inSight.has(section));
    if (!first) return;
    for (const [section, link] of links) {
      if (section === first) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) inSight.add(entry.target);
      else inSight.delete(entry.target);
    }
    mark();
  }, { rootMargin: "-15% 0px -55% 0px" });
  for (const section of links.keys()) observer.observe(section);
})();
