// Answers for the boarding pages where the network does not: the page as it was last seen, and its styles and scripts.
const CACHE = "boarding";
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fixed(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

// The newest list where there is a connection; a page that asks to sign in does not hide the list that is kept.
async function page(request) {
  const address = new URL(request.url).pathname;
  const cache = await caches.open(CACHE);
  const kept = await cache.match(address);
  try {
    const hurry = kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {};
    const answer = await fetch(address, { credentials: "same-origin", ...hurry });
    if (answer.ok && !answer.redirected) {
      await cache.put(address, answer.clone());
      return answer;
    }
    return kept && answer.redirected ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(fixed(request));
  else if (request.mode === "navigate" && !address.search) event.respondWith(page(request));
});
