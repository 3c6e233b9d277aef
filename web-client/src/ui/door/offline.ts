/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The page is kept by its worker, so that it opens at a door without a line. */

const KEPT = "oyer-door-1";

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** Everything that this page has fetched, and what it will fetch later, is laid aside. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return;
  const types = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const policy = types?.createPolicy("oyer-door", { createScriptURL: (url) => url });
  const worker = "/door-worker.js";
  await navigator.serviceWorker.register(policy ? policy.createScriptURL(worker) : worker, { scope: "/door" });
  await import("qr/decode.js");
  const fetched = performance
    .getEntriesByType("resource")
    .map((one) => new URL(one.name))
    .filter((url) => url.origin === location.origin && (url.pathname.startsWith("/assets/") || url.pathname === "/icon.svg"))
    .map((url) => url.pathname);
  const cache = await caches.open(KEPT);
  const wanted = new Set(["/door", ...fetched]);
  for (const old of await cache.keys()) if (!wanted.has(new URL(old.url).pathname)) await cache.delete(old);
  await cache.addAll([...wanted]);
}
