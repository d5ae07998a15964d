// The service worker of one door: the network first, and where it is silent the page without names that door.js has kept.
"use strict";

const PAGE = new URL(self.registration.scope);
const KEPT = { cacheName: `door/${PAGE.pathname.split("/").at(-2)}`, ignoreVary: true };
const PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== PAGE.origin) return;
  if (request.mode === "navigate") {
    if (pathname === PAGE.pathname) event.respondWith(orKept(request, `${PAGE.pathname}?shell`));
  } else if (!pathname.startsWith(PAGE.pathname)) {
    event.respondWith(orKept(request, request.url));
  }
});

async function orKept(request, key) {
  const patience = new AbortController(), timer = setTimeout(() => patience.abort(), PATIENCE);
  let answer;
  try {
    answer = await fetch(request, { signal: patience.signal });
    if (answer.status < 500) return answer;
  } catch { /* no network, or one that says nothing */ } finally { clearTimeout(timer); }
  return (await caches.match(key, KEPT)) || answer || Response.error();
}
