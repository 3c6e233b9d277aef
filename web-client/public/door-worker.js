/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Keeps the usher's page at hand for when there is no line.  It never sees the court's answers. */

const KEPT = "oyer-door-1";
const PATIENCE_MS = 3000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  // Names below assets/ hold a hash of their contents; the page itself is asked for anew.
  if (pathname.startsWith("/assets/") || pathname === "/icon.svg") event.respondWith(kept(request));
  else if (pathname === "/door") event.respondWith(fresh(request));
});

async function kept(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function fresh(request) {
  const cache = await caches.open(KEPT);
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: impatience.signal });
    if (response.ok) await cache.put("/door", response.clone());
    return response;
  } catch (error) {
    const last = await cache.match("/door");
    if (last) return last;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
