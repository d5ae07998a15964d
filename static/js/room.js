// A device that goes from hand to hand: a page left alone leads on by itself, and the browser's arrow shows nobody else's answers.
// Without this file "Next person" forgets all the same.
"use strict";

const { seconds, to, form: ending } = document.currentScript.dataset;
let touchedAt = Date.now();

function leadOn() {
  if (Date.now() - touchedAt < seconds * 1000) return;
  touchedAt = Date.now();
  if (ending) document.getElementById(ending).requestSubmit();
  else location.replace(to);
}

for (const touch of ["pointerdown", "keydown", "input", "scroll"]) {
  document.addEventListener(touch, () => { touchedAt = Date.now(); }, { capture: true, passive: true });
}
// By the clock, not by one timer: these stand still while a tablet sleeps.
setInterval(leadOn, 2000);
document.addEventListener("visibilitychange", leadOn);
// What the browser kept in memory is asked for again: the server knows whether it still is this person's.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
