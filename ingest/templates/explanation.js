"use strict";
const tip = document.getElementById("tip");
const toggles = [...document.querySelectorAll(".legend input")];

// Where scripts run, one tip serves hover and keyboard alike; the titles serve where they do not.
for (const mark of document.querySelectorAll("mark[title]")) {
  mark.dataset.reason = mark.title;
  mark.removeAttribute("title");
}

let shown = null;

function placeTip() {
  if (!shown) return;
  const place = shown.getClientRects()[0] || shown.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const below = place.bottom + 6 + size.height < innerHeight;
  tip.style.top = Math.max(4, below ? place.bottom + 6 : place.top - size.height - 6) + "px";
  tip.style.left = Math.max(4, Math.min(place.left, innerWidth - size.width - 8)) + "px";
}

function showTip(mark) {
  const rule = document.createElement("b");
  rule.textContent = mark.dataset.rule + " (" + mark.dataset.class + ")";
  tip.replaceChildren(rule, mark.dataset.reason);
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  shown = mark;
  placeTip();
}

function hideTip() {
  tip.hidden = true;
  if (shown) shown.removeAttribute("aria-describedby");
  shown = null;
}

function over(event) {
  const mark = event.target.closest ? event.target.closest("mark") : null;
  hideTip();
  if (mark) showTip(mark);
}

document.addEventListener("pointerover", (event) => { if (!tip.contains(event.target)) over(event); });
document.addEventListener("focusin", over);
document.addEventListener("focusout", hideTip);
document.addEventListener("scroll", placeTip, { capture: true, passive: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });

for (const toggle of toggles) {
  const count = document.querySelectorAll('mark[data-class="' + toggle.value + '"]').length;
  toggle.parentElement.hidden = count === 0;
  toggle.nextElementSibling.textContent = toggle.value + " " + count;
}
for (const button of document.querySelectorAll(".legend button")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const toggle of toggles) toggle.checked = button.value === "all";
  });
}

// The article follows the original: the kept piece at the top of the one comes to the top of the other.
for (const panes of document.querySelectorAll(".panes")) {
  const [original, article] = panes.children;
  const from = [...original.querySelectorAll(".kept")], to = [...article.querySelectorAll(".kept")];
  if (from.length !== to.length) continue;
  original.addEventListener("scroll", () => {
    const top = original.getBoundingClientRect().top;
    const at = from.findIndex((kept) => kept.getBoundingClientRect().bottom > top);
    if (at < 0) return;
    const place = from[at].getBoundingClientRect(), other = to[at].getBoundingClientRect();
    const share = Math.max(0, (top - place.top) / Math.max(1, place.height));
    article.scrollTop += other.top + share * other.height - article.getBoundingClientRect().top;
  }, { passive: true });
}
