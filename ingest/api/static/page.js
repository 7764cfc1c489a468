// What the page does beyond its links and forms. Everything works without it, by the address alone.
"use strict";

const find = (selector) => document.querySelector(selector);
const findAll = (selector) => [...document.querySelectorAll(selector)];

function make(name, text, attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// --- keyboard ---------------------------------------------------------------------------------------------------

function isTyping(target) {
  return target.closest("input, select, textarea, [contenteditable]") !== null;
}

function step(by) {
  const titles = findAll(".hit h2 a");
  const at = titles.indexOf(document.activeElement);
  const next = titles[Math.min(titles.length - 1, Math.max(0, at + by))];
  if (next) { next.focus(); next.closest(".hit").scrollIntoView({ block: "nearest" }); }
}

const KEYS = {
  "/": () => { find("#q")?.focus(); find("#q")?.select(); },
  j: () => step(1),
  k: () => step(-1),
  n: () => find("#next")?.click(),
  r: () => find("#removed")?.click(),
  "?": () => find("#keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || find("#keys").open) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});
find("#show-keys").hidden = false;
find("#show-keys").addEventListener("click", KEYS["?"]);

// --- the box completes ------------------------------------------------------------------------------------------

function completing(input, list) {
  let asked = 0, chosen = -1, timer;
  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const take = (text) => { input.value = text; close(); input.form.requestSubmit(); };
  const show = (texts) => {
    list.replaceChildren(...texts.map((text, place) => {
      const entry = make("li", text, { role: "option", id: `completion-${place}`, "aria-selected": "false", dir: "auto" });
      entry.addEventListener("pointerdown", (event) => { event.preventDefault(); take(text); });
      return entry;
    }));
    chosen = -1;
    list.hidden = texts.length === 0;
    input.setAttribute("aria-expanded", String(texts.length > 0));
  };
  const ask = async () => {
    const text = input.value, mine = ++asked;
    if (text.trim().length < 2) { close(); return; }
    try {
      const answer = await fetch(`/v1/suggest?${new URLSearchParams({ q: text })}`);
      if (answer.ok && mine === asked && input === document.activeElement) show(readCompletions(await answer.json()));
    } catch { close(); }
  };
  const choose = (by) => {
    const entries = [...list.children];
    entries[chosen]?.setAttribute("aria-selected", "false");
    chosen = (chosen + by + entries.length) % entries.length;
    entries[chosen].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", entries[chosen].id);
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? 0 : -1); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(list.children[chosen].textContent); }
  });
}

function readCompletions(answer) {
  return (answer.completions ?? []).map((entry) => typeof entry === "string" ? entry : entry.text).slice(0, 8);
}

if (find("#q")) completing(find("#q"), find("#completions"));

// --- the timeline is brushed ------------------------------------------------------------------------------------

function brushing(svg) {
  const bars = [...svg.querySelectorAll("a")], brush = svg.querySelector(".brush");
  let start = null, moved = false;
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const barAt = (share) => bars[Math.min(bars.length - 1, Math.floor(share * bars.length))];
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => { if (event.button === 0) { start = place(event); moved = false; } });
  window.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const at = place(event);
    moved ||= Math.abs(at - start) * svg.getBoundingClientRect().width > 4;
    if (!moved) return;
    brush.setAttribute("x", 720 * Math.min(at, start));
    brush.setAttribute("width", 720 * Math.abs(at - start));
  });
  window.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [first, last] = [start, place(event)].sort((one, other) => one - other);
    start = null;
    if (moved) go(barAt(first).dataset.from, barAt(last).dataset.to);
  });
  svg.addEventListener("click", (event) => { if (moved) { event.preventDefault(); moved = false; } }, true);
}

function go(from, to) {
  const address = new URL(location.href);
  address.searchParams.set("from", from);
  address.searchParams.set("to", to);
  address.searchParams.delete("cursor");
  location.assign(address);
}

if (find("#timeline svg")) brushing(find("#timeline svg"));

// --- copies unfold ----------------------------------------------------------------------------------------------

for (const details of findAll("details.copies")) {
  details.addEventListener("toggle", async () => {
    if (!details.open || details.dataset.done) return;
    const answer = await fetch(details.dataset.cluster);
    if (!answer.ok) return;
    details.dataset.done = "yes";
    const copies = (await answer.json()).members.filter((member) => member.id !== details.dataset.self);
    details.querySelector("ul").replaceChildren(...copies.map((copy) => {
      const entry = make("li", ""), link = make("a", copy.title ?? "Untitled", { href: `/articles/${encodeURIComponent(copy.id)}`, dir: "auto" });
      const where = [copy.publisher, (copy.published_at ?? "").slice(0, 10)].filter(Boolean).join(" · ");
      entry.append(link, make("small", ` ${where}`));
      return entry;
    }));
  });
}

// --- searches are saved -----------------------------------------------------------------------------------------

const SAVED = "broadsheet.saved";

function readSaved() {
  try { return JSON.parse(localStorage.getItem(SAVED) ?? "[]"); } catch { return []; }
}

function listSaved() {
  const list = find("#saved-list");
  findAll("#saved-list .mine").forEach((entry) => entry.remove());
  for (const [place, saved] of readSaved().entries()) {
    const entry = make("li", "", { class: "mine" });
    const remove = make("button", "×", { type: "button", class: "plain without", "aria-label": `Forget ${saved.name}` });
    remove.addEventListener("click", () => { localStorage.setItem(SAVED, JSON.stringify(readSaved().toSpliced(place, 1))); listSaved(); });
    entry.append(make("a", saved.name, { href: `/?${saved.query}`, dir: "auto" }), remove);
    list.append(entry);
  }
}

async function save() {
  const address = new URL(location.href);
  address.searchParams.delete("cursor");
  const query = address.searchParams.toString();
  const name = [...address.searchParams.values()].filter(Boolean).join(", ").slice(0, 80);
  if ("shared" in find("#save").dataset) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/v1/queries", { method: "POST", headers, body: JSON.stringify({ name, query }) });
    if (answer.ok) { location.reload(); return; }
  }
  localStorage.setItem(SAVED, JSON.stringify([...readSaved().filter((saved) => saved.query !== query), { name, query }]));
  listSaved();
}

if (find("#save") && location.search.length > 1) {
  find("#save").hidden = false;
  find("#save").addEventListener("click", save);
}
if (find("#saved-list")) listSaved();

// --- facets fold on a phone -------------------------------------------------------------------------------------

if (find("details.facets") && matchMedia("(max-width: 54rem)").matches) find("details.facets").open = false;
