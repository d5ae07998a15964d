// What a phone keeps of the doors it has opened, and how it forgets: names at sign-out and a day after the end, all of it
// once the door is closed. Where a door is shut, and on the page that signs out, this is all that runs.
"use strict";

// door/TOKEN/until, /state, /tap/WHEN/KEY, /refused/KEY, /left; and door/clock: by how much the clock of the phone is wrong
const keys = (start) => Object.keys(localStorage).filter((key) => key.startsWith(start)).sort();
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const now = () => Date.now() + (Number(localStorage.getItem("door/clock")) || 0);
let isFull = false;
const unkept = new Map(); // what must not be kept any more, or can't be, waits as long as the page is open

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    isFull = true;
    unkept.set(key, value);
  }
}

function drop(key) {
  localStorage.removeItem(key);
  unkept.delete(key);
}

const hasName = (tap) => Boolean(tap && "name" in tap);

function wipeNames(door) {
  for (const key of keys(door)) {
    if (/\/(state|refused)(\/|$)/.test(key) || (key.includes("/tap/") && hasName(read(key)))) localStorage.removeItem(key);
  }
}

async function wipe(door) {
  for (const key of keys(door)) localStorage.removeItem(key);
  const name = door.replace(/\/$/, "");
  if ("caches" in window) await caches.delete(name);
  const workers = (await navigator.serviceWorker?.getRegistrations()) || [];
  await Promise.all(workers.filter((worker) => worker.scope.endsWith(`/${name}/`)).map((worker) => worker.unregister()));
}

function sweep() {
  for (const key of keys("door/").filter((each) => each.endsWith("/until"))) {
    const until = read(key), door = key.replace(/until$/, "");
    if (now() >= until.names) wipeNames(door);
    if (now() >= until.closes) wipe(door);
  }
}

sweep();
if (document.getElementById("pin")) localStorage.removeItem(`door/${location.pathname.split("/").at(-2)}/left`); // nothing is left to be closed where the PIN is asked for
for (const form of document.querySelectorAll("form[data-wipes]")) {
  form.addEventListener("submit", () => keys("door/").filter((key) => key.endsWith("/until")).forEach((key) => wipeNames(key.replace(/until$/, ""))));
}
