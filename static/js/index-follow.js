// Marks in the index of a long page the section that is being read; without it the index is a list of links.
"use strict";
(() => {
  // What stands on another page of a report has its place here: whoever comes for it is led on to that page.
  const place = location.hash.length > 1 && document.getElementById(location.hash.slice(1))?.closest(".report-index li");
  if (place) location.replace(place.querySelector("a").href.split("#")[0] + location.hash);

  const links = new Map();
  for (const link of document.querySelectorAll(":is(.report-index, .dossier-parts) a[href^='#']")) {
    const target = document.getElementById(link.hash.slice(1));
    const section = target?.matches("h2") ? target.closest("section") : target;
    if (section) links.set(section, link);
    link.parentElement.dataset.follows = "";
  }
  const inSight = new Set();
  const mark = () => {
    // two columns stand side by side: what somebody has chosen is current as long as it is in sight
    const seen = [...links].filter(([section]) => inSight.has(section));
    const first = (seen.find(([, link]) => link.hash === location.hash) ?? seen[0])?.[0];
    if (!first) return;
    for (const [section, link] of links) {
      if (section === first) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    // on a narrow screen the links stand in one line that is moved sideways
    const link = links.get(first);
    const line = link.parentElement;
    if (line.scrollWidth > line.clientWidth) line.scrollLeft = link.offsetLeft - (line.clientWidth - link.offsetWidth) / 2;
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) inSight.add(entry.target);
      else inSight.delete(entry.target);
    }
    mark();
  }, { rootMargin: "-15% 0px -55% 0px" });
  for (const section of links.keys()) observer.observe(section);
  addEventListener("hashchange", mark);
})();
