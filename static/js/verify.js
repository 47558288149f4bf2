// Works out the digests of files on this device, and looks them up among all known digests that begin with the same few
// characters. Without it, or where the browser offers no digests, the form sends the file.
"use strict";
(() => {
  const form = document.getElementById("verify-files");
  if (!form || !window.crypto?.subtle || !window.ReadableStream) return;
  const input = form.elements.file;
  const zone = form.querySelector(".dropzone");
  const answers = document.getElementById("answers");
  const digestForm = document.getElementById("verify-digest");
  const announcement = document.getElementById("verify-status");
  const zeros = /0+(?=\.json$)/; // in the place of what a digest begins with
  const prefixLength = form.dataset.digests.match(zeros)[0].length;
  const most = Number(form.dataset.mostBytes);
  const mostFiles = Number(form.dataset.mostFiles);
  const chains = new Map(); // what is computed of each, by its address
  const chainChecks = []; // the sentences that are yet to be read out
  const listPlace = document.getElementById("verify-list");
  const knownDigests = new Map(); // by digest, what has come to this page: what it is, as of which publication
  let listedUntil = null; // the publication up to which all digests are here
  for (const part of form.querySelectorAll("[data-without-script]")) part.hidden = true;
  for (const part of form.closest(".verify").querySelectorAll("[data-with-script]")) part.hidden = false;
  input.required = false;

  const piece = (name) => document.getElementById(name).content.cloneNode(true);
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const numbered = (number) => listPlace.dataset.number.replace("0", number);

  function fill(part, texts) {
    for (const [selector, text] of Object.entries(texts)) {
      const place = part.querySelector(selector);
      if (place) place.textContent = text;
    }
  }

  async function digestOf(file, progress) {
    const bytes = new Uint8Array(file.size);
    const reader = file.stream().getReader();
    let read = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value, read);
      read += part.value.length;
      progress.value = read / file.size;
    }
    if (read !== file.size) throw new Error("the file has changed");
    return hex(await crypto.subtle.digest("SHA-256", bytes));
  }

  async function listOf(prefix) {
    const answer = await fetch(form.dataset.digests.replace(zeros, prefix), { credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    const { digests, as_of: asOf } = await answer.json();
    for (const [digest, { facts }] of Object.entries(digests)) knownDigests.set(digest, { what: facts[0].text, asOf });
    // a copy that was right before the database went away says nothing of today
    if (/;\s*ttl=-/.test(answer.headers.get("Cache-Status") ?? "")) throw new Error("outdated");
    return digests;
  }

  // Lines of digest, number and name, below one with the number of the last publication.
  async function loadList() {
    const loaded = listPlace.querySelector("[data-loaded]");
    try {
      const answer = await fetch(listPlace.dataset.list, { credentials: "omit" });
      if (!answer.ok) throw new Error(String(answer.status));
      const [head, ...lines] = (await answer.text()).trimEnd().split("\n");
      const asOf = Number(head.split("\t")[1]);
      for (const [digest, number, name] of lines.map((line) => line.split("\t"))) {
        knownDigests.set(digest, { what: name ? `${numbered(number)}: ${name}` : numbered(number), asOf });
      }
      listedUntil = asOf;
      const text = piece("verify-list-loaded");
      fill(text, { "[data-as-of]": numbered(asOf) });
      loaded.replaceChildren(...text.childNodes);
    } catch {
      loaded.replaceChildren(...piece("verify-list-away").childNodes);
    }
  }

  // What can be said without the portal: that the file is genuine, where its digest has come to this page before.
  function offlineAnswer(digest, place, isTyped) {
    const known = knownDigests.get(digest);
    const part = piece(known ? "verify-kept" : listedUntil === null ? "verify-offline" : "verify-not-listed");
    fill(part, { "[data-what]": known?.what, "[data-as-of]": numbered(known?.asOf ?? listedUntil) });
    part.querySelector("[data-again]").addEventListener("click", async () => {
      const text = await lookUp(digest, place, isTyped);
      finish([place.closest(".verified")], [text]);
    });
    return show(place, part, digest);
  }

  // Shows what is known of the digest, of a file or, where `isTyped`, also of a link of the chain; returns the sentence
  // that is read out.
  async function lookUp(digest, place, isTyped = false) {
    let known;
    let link = null;
    try {
      known = (await listOf(digest.slice(0, prefixLength)))[digest];
      if (!known && isTyped) link = await linkAnswer(digest);
    } catch {
      return offlineAnswer(digest, place, isTyped);
    }
    if (!known) {
      const title = show(place, link ?? piece("verify-unknown"), digest);
      if (link) chainChecks.push(checkChain(place));
      return title;
    }
    const part = new DOMParser().parseFromString(known.html, "text/html");
    const title = show(place, part.body, digest);
    chainChecks.push(checkChain(place));
    return title;
  }

  // The answer to a link of the chain, which is computed anew on this device; null where the link is not in it, or the
  // chain does not hold up to there.
  async function linkAnswer(link) {
    const { entries, breaksAt } = await renewedChainAt(digestForm.dataset.links); // what is computed may end before it
    if (!entries.length) throw new Error("the chain did not come");
    const number = entries.find(([, , written]) => written === link)?.[0];
    if (!number || breaksAt <= number) return null;
    const part = piece("verify-link");
    const publication = part.querySelector("[data-publication]");
    publication.href = publication.getAttribute("href").replace(/\/\d+\/$/, `/${number}/`);
    fill(part, { "[data-publication]": numbered(number), "[data-last]": numbered(entries.at(-1)[0]) });
    Object.assign(part.querySelector("[data-chain]").dataset, { number, link });
    return part;
  }

  // Shows whether the chain holds and has this publication in it, or where it breaks; returns the sentence.
  async function checkChain(place) {
    const line = place.querySelector("[data-chain]");
    if (!line) return "";
    const address = line.dataset.chain;
    let chain = await chainAt(address);
    if (stateOf(chain, line.dataset) === "away") chain = await renewedChainAt(address).catch(() => chain);
    const state = stateOf(chain, line.dataset);
    if (state === "away" && !chain.lastPart) chains.delete(address); // asked for anew by the next
    line.replaceChildren(...piece("verify-chain").querySelector(`[data-${state}]`).childNodes);
    line.hidden = false;
    return line.textContent.trim();
  }

  // The chain is fetched and computed once for all that is checked on a page.
  function chainAt(address) {
    if (!chains.has(address)) chains.set(address, computed(address).catch(() => ({ entries: [], breaksAt: Infinity })));
    return chains.get(address);
  }

  // The chain with what was published since it was computed here: of it only its last part is fetched again.
  function renewedChainAt(address) {
    if (!chains.has(address)) return chainAt(address);
    const earlier = chains.get(address);
    const renewed = earlier.then((chain) =>
      chain.lastPart && chain.breaksAt === Infinity ? goOn(chain) : computed(address),
    );
    chains.set(address, renewed.catch(() => earlier)); // whoever asks meanwhile waits for it
    return renewed;
  }

  async function computed(address) {
    const { first, entries, parts = [] } = await chainFile(address);
    const chain = { entries: [], link: first, breaksAt: Infinity, lastPart: parts.at(-1) };
    if (entries) await append(chain, entries);
    else for (const part of parts) await append(chain, (await chainFile(part)).entries);
    return chain;
  }

  async function goOn(chain) {
    for (let address = chain.lastPart; address; ) {
      const { entries, next } = await chainFile(address);
      await append(chain, entries);
      chain.lastPart = address;
      address = next;
    }
    return chain;
  }

  // Computes every link, up to the first that does not follow from the one before, or is another one than it was here.
  async function append(chain, entries) {
    for (const entry of entries) {
      const [number, sha256, written] = entry;
      const isWhole = chain.breaksAt === Infinity;
      const known = isWhole && chain.entries[number - 1];
      if (known) {
        if (known[1] !== sha256 || known[2] !== written) chain.breaksAt = number;
        continue;
      }
      chain.entries.push(entry);
      if (!isWhole) continue;
      const link = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(chain.link + sha256)));
      if (number === chain.entries.length && link === written) chain.link = link;
      else chain.breaksAt = number;
    }
  }

  // The chain, or where it is too long for one answer the addresses of its parts; or a part.
  async function chainFile(address) {
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function stateOf({ entries, breaksAt }, { number, digestOf: own, link }) {
    const differs = ([, sha256, written]) => (link ? written !== link : sha256 !== own);
    if (entries.some((entry) => entry[0] === Number(number) && differs(entry))) return "breaks";
    if (breaksAt < Infinity) return breaksAt > number ? "later" : "breaks";
    return entries.length < number ? "away" : "holds"; // a list that is older than the answer
  }

  // After the answers: they do not wait for the chain.
  async function announceChains() {
    const sentences = await Promise.all(chainChecks.splice(0));
    const distinct = new Set(sentences.filter(Boolean));
    if (distinct.size) announcement.append(` ${[...distinct].join(" ")}`);
  }

  function show(place, content, digest) {
    place.replaceChildren(...content.childNodes);
    const code = place.querySelector("[data-digest]");
    if (code) code.textContent = digest;
    return place.querySelector(".note .title")?.textContent ?? "";
  }

  function section(name) {
    const part = piece("verify-working").firstElementChild;
    part.querySelector("[data-name]").textContent = name;
    answers.append(part);
    return part;
  }

  function finish(parts, texts) {
    const heading = (part) => part.querySelector("[data-name]");
    announcement.textContent = parts.map((part, at) => `${heading(part).textContent}: ${texts[at]}`).join(" ");
    heading(parts[0]).focus();
    announceChains();
  }

  async function checkFile(file, part) {
    const place = part.querySelector("[data-answer]");
    if (file.size > most) return show(place, piece("verify-too-large"), "");
    if (!file.size) return show(place, piece("verify-empty"), "");
    let digest;
    try {
      digest = await digestOf(file, place.querySelector("progress"));
    } catch {
      return show(place, piece("verify-unreadable"), "");
    }
    return lookUp(digest, place);
  }

  async function checkFiles(list) {
    const files = Array.from(list);
    if (!files.length) return;
    answers.replaceChildren();
    const parts = files.slice(0, mostFiles).map((file) => section(file.name));
    if (files.length > mostFiles) answers.prepend(piece("verify-too-many"));
    const texts = [];
    // one after the other: each is in memory as a whole
    for (const [at, part] of parts.entries()) texts.push(await checkFile(files[at], part));
    finish(parts, texts);
    input.value = "";
  }

  for (const part of answers.querySelectorAll(".verified")) chainChecks.push(checkChain(part));
  announceChains();
  checkFiles(input.files); // chosen before this script was there
  listPlace.querySelector("button").addEventListener("click", loadList);
  input.addEventListener("change", () => checkFiles(input.files));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    checkFiles(input.files);
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    checkFiles(event.dataTransfer.files);
  });

  digestForm.addEventListener("submit", async (event) => {
    const digest = digestForm.elements.digest.value.replace(/\s+/g, "").toLowerCase().replace(/^sha256:/, "");
    if (!/^[0-9a-f]{64}$/.test(digest)) return; // a number, or an error that the server explains
    event.preventDefault();
    answers.replaceChildren();
    const part = section(`${digest.slice(0, 8)}…${digest.slice(-8)}`);
    finish([part], [await lookUp(digest, part.querySelector("[data-answer]"), true)]);
  });
})();
