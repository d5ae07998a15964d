// The page at the door. Every tap is kept on the phone under a key of its own, and sent until the server has answered it; what
// is shown is what the server knew last, with the taps on top. What the phone keeps, and when it is wiped: door-phone.js.
"use strict";

const page = document.getElementById("door");
const OURS = `door/${page.dataset.taps.split("/").at(-3)}/`;
const EVERY = 15_000;
const SOON = 1_000;
const BOUNCE = 500;

// In the order in which they were made, whatever the clock did meanwhile.
function pending() {
  const taps = [...keys(`${OURS}tap/`).map((key) => [key, read(key)]), ...unkept];
  return taps.filter(([key, tap]) => key.startsWith(`${OURS}tap/`) && tap).sort(([one], [other]) => (one < other ? -1 : 1));
}

// The list

const $ = (id) => document.getElementById(id);
let state = { heads: [], marks: [] };
let csrf = page.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

const idOf = (head) => `${head.person}-${Number(head.is_helper)}`;
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/œ/g, "oe").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

function today() {
  const choices = [...document.querySelectorAll(".dates a")];
  const wanted = new URLSearchParams(location.search).get("date");
  const begun = choices.filter((each) => Number(each.dataset.begins) <= now());
  return choices.find((each) => each.dataset.date === wanted) || begun.at(-1) || choices[0];
}

// The server's state with the taps on top, by the rule of the server: what was not taken back stands, "present" beats "absent".
function shown() {
  const heads = new Map(state.heads.map((head) => [idOf(head), { ...head }]));
  const marks = new Map(state.marks.map((mark) => [mark.key, mark]));
  for (const [, tap] of pending()) {
    const person = tap.person, is_helper = Boolean(tap.helper);
    if (tap.do === "undo") tap.keys.split(" ").forEach((key) => marks.delete(key));
    else if (tap.do === "helper") {
      const along = { ...heads.get(`${person}-0`), person, note: "", is_helper: true, name: tap.name };
      heads.set(`${person}-1`, { ...along, name: tap.name || heads.get(`${person}-1`)?.name || "" });
    } else {
      const walkIn = tap.do === "walk-in";
      if (walkIn) heads.set(`${tap.key}-0`, { person: tap.key, is_helper: false, name: tap.name, shop: tap.shop, note: "", is_expected: true });
      marks.set(tap.key, { key: tap.key, person: walkIn ? tap.key : person, is_helper, date: Number(tap.date), is_present: tap.do !== "absent" });
    }
  }
  const date = Number(today().dataset.date);
  return inOrder([...heads.values()]).map((head) => {
    const own = [...marks.values()].filter((mark) => mark.date === date && mark.person === head.person && mark.is_helper === head.is_helper);
    const mark = own.some((each) => each.is_present) ? "present" : own.length ? "absent" : "";
    return { head, mark, keys: own.map((each) => each.key) };
  });
}

function inOrder(heads) {
  const names = new Map(heads.filter((head) => !head.is_helper).map((head) => [head.person, plain(head.name) || "\uffff"]));
  const rank = (head) => `${names.get(head.person) ?? "\uffff"}\u0000${head.person}\u0000${Number(head.is_helper)}`;
  return heads.map((head) => [rank(head), head]).sort(([one], [other]) => (one < other ? -1 : 1)).map(([, head]) => head);
}

function render() {
  const rows = shown(), list = $("heads");
  rows.forEach((row, place) => {
    const item = $(idOf(row.head)) || blank(row.head);
    fill(item, row);
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] || null);
  });
  while (list.children.length > rows.length) list.lastElementChild.remove();
  $("nobody").hidden = rows.length > 0;
  $("present").textContent = rows.filter((row) => row.mark === "present").length;
  $("expected").textContent = rows.filter((row) => row.head.is_expected).length;
  const isEarly = Number(today().dataset.begins) > now();
  list.classList.toggle("early", isEarly);
  $("early").hidden = !isEarly;
  $("walk-in").hidden = isEarly;
  for (const each of document.querySelectorAll(".dates a")) {
    if (each === today()) each.setAttribute("aria-current", "date");
    else each.removeAttribute("aria-current");
  }
  find();
  sayNet();
}

function blank(head) {
  const item = $("head").content.firstElementChild.cloneNode(true);
  item.id = idOf(head);
  item.dataset.helper = head.is_helper ? "1" : "";
  for (const field of item.querySelectorAll("[name=person]")) field.value = head.person;
  for (const field of item.querySelectorAll("[name=helper]")) field.value = head.is_helper ? "1" : "";
  if (head.is_helper) item.querySelector(".along").remove();
  return item;
}

// What the server has drawn, until it is asked for more.
function drawn() {
  const facts = [...$("heads").children].map(({ dataset }) => ({ ...dataset, is_helper: dataset.helper === "1", is_expected: dataset.expected === "1" }));
  const date = Number(page.dataset.date);
  const marks = facts.flatMap(({ keys: own, person, is_helper, mark }) => own.split(" ").filter(Boolean).map((key) => ({ key, person, is_helper, date, is_present: mark === "present" })));
  return { heads: facts, marks };
}

function fill(item, { head, mark, keys: own }) {
  const name = head.name || (head.is_helper ? page.dataset.along : page.dataset.unnamed);
  item.dataset.mark = mark;
  item.dataset.find = plain(`${head.name} ${head.shop}`);
  item.querySelector(".name").textContent = name;
  for (const each of item.querySelectorAll(".whose")) each.textContent = name;
  item.querySelector(".shop").textContent = head.shop;
  item.querySelector(".note").textContent = head.note;
  item.querySelector(".note").hidden = !head.note;
  for (const field of item.querySelectorAll("[name=date]")) field.value = today().dataset.date;
  item.querySelector("[name=keys]").value = own.join(" ");
  const focused = item.contains(document.activeElement) && document.activeElement.matches(".here, .away, .back");
  const isShown = { here: mark !== "present", away: !mark, back: mark, "is-here": mark === "present", "is-away": mark === "absent" };
  for (const [part, is] of Object.entries(isShown)) item.querySelector(`.${part}`).hidden = !is;
  if (focused && document.activeElement.hidden) item.querySelector(mark ? ".back" : ".here").focus();
}

function find() {
  const typed = plain($("find").value);
  for (const item of $("heads").children) item.hidden = !` ${item.dataset.find ?? ""}`.includes(typed && ` ${typed}`);
}

// Taps

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // where there is no HTTPS
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, (byte, place) => ([4, 6, 8, 10].includes(place) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

function tapped(fields) {
  const tap = { ...fields, key: uuid(), at: now() };
  delete tap.csrfmiddlewaretoken;
  const after = Number(pending().at(-1)?.[0].split("/").at(-2) || 0);
  const key = `${OURS}tap/${String(after + 1).padStart(6, "0")}/${tap.key}`;
  if (tap.at < Number(hasName(tap) ? page.dataset.names : page.dataset.closes)) write(key, tap);
  else unkept.set(key, tap);
  render();
  send();
}

function submitted(event) {
  const form = event.target;
  if (!form.matches(".tap")) return;
  event.preventDefault();
  const item = form.closest(".head"), fields = Object.fromEntries(new FormData(form));
  if (event.submitter?.value) fields.do = event.submitter.value;
  if (fields.do === "walk-in") return walkedIn(form, fields);
  // A finger that bounces does not take back what it has just marked.
  if ("fresh" in item.dataset) return;
  item.dataset.fresh = "";
  setTimeout(() => delete item.dataset.fresh, BOUNCE);
  if (fields.do === "helper") item.querySelector(".along").open = false;
  tapped(fields);
  say(item, fields.do);
}

function say(item, done) {
  const words = { present: ".is-here", absent: ".is-away", undo: ".back" }[done];
  $("said").textContent = `${item.querySelector(".name").textContent}: ${words ? item.querySelector(words).firstChild.textContent : ""}`;
}

function walkedIn(form, fields) {
  const { contact } = form.elements;
  const isWhole = /^[^@\s]+@[^@\s]+\.[^@\s]{2,}$/.test(fields.contact) || (!fields.contact.includes("@") && fields.contact.replace(/\D/g, "").length >= 6);
  contact.setCustomValidity(!fields.contact || isWhole ? "" : contact.dataset.wrong);
  if (!form.reportValidity()) return;
  tapped(fields);
  $("said").textContent = fields.name;
  for (const name of ["name", "shop", "postal_code", "contact"]) form.elements[name].value = "";
  form.elements.name.focus();
}

// Sending

let isSending = false, isAsked = false, isHeard = false, isGone = false;
let pause = SOON, again;

async function send() {
  isAsked = true;
  if (isSending) return;
  isSending = true;
  try {
    while (isAsked && !isGone) {
      isAsked = false;
      isHeard = await exchange(pending().slice(0, 100));
      if (isHeard && pending().length) isAsked = true;
    }
  } finally {
    isSending = false;
    againSoon();
  }
}

// What waits is tried again soon, then less and less often: a network that has just come back does not always answer at once.
function againSoon() {
  clearTimeout(again);
  if (isHeard) pause = SOON;
  else if (!isGone && pending().length) again = setTimeout(tryAgain, pause);
}

function tryAgain() {
  pause = Math.min(2 * pause, EVERY);
  tick();
}

// Whether the server has answered; what it has not, stays.
async function exchange(taps) {
  if (taps.length && !csrf && !(await exchange([]))) return false; // the page that the phone keeps has no token
  let answer, said;
  try {
    answer = await fetch(page.dataset.taps, taps.length ? post({ taps: taps.map(([, tap]) => tap) }) : { signal: AbortSignal.timeout(10_000) });
    said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  } catch {
    return false;
  }
  if (isGone) return false;
  if (!said) {
    if (answer.status === 403) csrf = ""; // the token is of an older sign-in: the next time asks for another
    return false;
  }
  if (said.why) return shut(said.why);
  for (const [key, tap] of taps) {
    const words = said.answers[tap.key];
    if (words) write(`${OURS}refused/${tap.key}`, { words, tap });
    drop(key);
  }
  learn(said);
  return true;
}

const post = (body) => ({ method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf }, signal: AbortSignal.timeout(10_000) });

function learn({ answers, csrf: fresh, ...fact }) {
  csrf = fresh;
  state = fact;
  write("door/clock", fact.now - Date.now());
  if (fact.now < fact.names) write(`${OURS}state`, fact);
  $("locked").hidden = true;
  showRefused();
  render();
}

function shut(why) {
  wipeNamesShown();
  if (why === "pin") $("locked").hidden = false;
  else wipe(OURS).then(() => location.reload());
  return false;
}

function wipeNamesShown() {
  localStorage.removeItem(`${OURS}state`);
  state = { heads: [], marks: [] };
  $("heads").replaceChildren();
}

function sayNet() {
  const waiting = pending().length, words = page.dataset;
  $("net").dataset.waiting = waiting;
  $("net").textContent = isFull ? words.full : waiting ? (waiting === 1 ? words.one : words.many.replace("#", waiting)) : words.saved;
}

function showRefused() {
  const box = $("refused"), found = keys(`${OURS}refused/`);
  box.querySelectorAll("p").forEach((each) => each.remove());
  box.hidden = !found.length;
  for (const key of found) {
    const { words, tap } = read(key), line = document.createElement("p");
    line.append(words, " ", button(tap.do === "walk-in" ? box.dataset.correct : box.dataset.forget, () => {
      drop(key);
      showRefused();
      if (tap.do !== "walk-in") return;
      const form = $("walk-in").querySelector("form");
      for (const name of ["name", "shop", "postal_code", "contact"]) form.elements[name].value = tap[name] || "";
      form.elements.name.focus();
    }));
    box.append(line);
  }
}

function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: words });
  made.addEventListener("click", act);
  return made;
}

// Without a network: the worker, the page without names and all its parts are kept

async function prepare() {
  if ("shell" in page.dataset || !("serviceWorker" in navigator) || now() >= Number(page.dataset.names)) return;
  await navigator.serviceWorker.register(page.dataset.worker);
  const parts = [...document.querySelectorAll("link[href], script[src]")].map((part) => part.href || part.src);
  await (await caches.open(OURS.slice(0, -1))).addAll([`${location.pathname}?shell`, ...new Set(parts)]);
  await navigator.serviceWorker.ready;
  page.dataset.offline = "";
  $("said").textContent = page.dataset.ready;
}

async function leave(event) {
  event?.preventDefault();
  if (event && pending().length) return $("unsent").showModal();
  const answered = fetch($("leave").action, { ...post({}), redirect: "manual" }).catch(() => null);
  isGone = true;
  await wipe(OURS);
  gone();
  // Without a network the server hears of it when this phone opens the door again.
  if ((await answered)?.type !== "opaqueredirect") write(`${OURS}left`, 1);
}

function gone() {
  isGone = true;
  page.remove();
  document.querySelector(".door-bar").remove();
  $("gone").hidden = false;
  $("gone").focus();
}

function tick() {
  if (isGone) return;
  sweep();
  if (!isHeard && now() >= Number(page.dataset.closes)) return gone();
  if (!isHeard && now() >= Number(page.dataset.names)) wipeNamesShown();
  if (!document.hidden) send();
}

function isBack() {
  pause = SOON;
  tick();
}

function start() {
  if (!("shell" in page.dataset)) write("door/clock", Number(page.dataset.now) - Date.now());
  if (now() < Number(page.dataset.closes)) write(`${OURS}until`, { names: Number(page.dataset.names), closes: Number(page.dataset.closes) });
  sweep();
  if (localStorage.getItem(`${OURS}left`)) return leave();
  document.addEventListener("submit", submitted);
  $("leave").addEventListener("submit", leave);
  $("unsent").addEventListener("click", ({ target }) => {
    if (!target.matches("button")) return;
    $("unsent").close();
    if (target.value === "leave") leave();
  });
  $("contact").addEventListener("input", ({ target }) => target.setCustomValidity(""));
  $("find").addEventListener("input", find);
  $("find").addEventListener("keydown", (event) => {
    const left = [...$("heads").children].filter((item) => !item.hidden);
    if (event.key !== "Enter" || !event.target.value) return;
    event.preventDefault();
    const only = left.length === 1 && left[0].querySelector(".here:not([hidden])");
    if (!only) return left[0]?.querySelector(".here:not([hidden]), .back")?.focus();
    only.form.requestSubmit(only);
    event.target.value = "";
    find();
  });
  state = "shell" in page.dataset ? read(`${OURS}state`) || state : drawn();
  showRefused();
  render();
  send();
  prepare().catch(() => {}); // where a browser can't, the page works as long as it stays open
  setInterval(tick, EVERY);
  for (const event of ["online", "pageshow", "visibilitychange"]) window.addEventListener(event, isBack);
  window.addEventListener("storage", changed);
}

// Another tab of this phone has tapped, heard from the server, or signed out.
function changed({ key, newValue }) {
  if (isGone || !key?.startsWith(OURS)) return;
  if (key === `${OURS}until` && newValue === null) return gone();
  state = read(`${OURS}state`) || state;
  render();
}

start();
