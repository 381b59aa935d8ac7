/** Keeps the page's files, so that it opens without a network, and gives every file the headers that a static host may not send. */

/** A name that changes with the files, and the files; the build puts them in. */
declare const SITE_VERSION: string;
declare const SITE_FILES: readonly string[];

/** The part of a service worker that is used here; the types of pages do not have it. */
interface ServiceWorker {
  addEventListener(type: string, listener: (event: ServiceWorkerEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}
interface ServiceWorkerEvent {
  request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as ServiceWorker;
const prefix = 'spanlab-';
const cacheName = `${prefix}${SITE_VERSION}`;

const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'",
};

worker.addEventListener('install', (event) => {
  const fill = async () => (await caches.open(cacheName)).addAll([...SITE_FILES]);
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener('fetch', (event) => event.respondWith(answer(event.request)));

async function answer(request: Request): Promise<Response> {
  const { origin, pathname } = new URL(request.url);
  const path = pathname.endsWith('/') ? `${origin}${pathname}index.html` : `${origin}${pathname}`;
  const known = await caches.match(path, { cacheName });
  const response = known ?? (await fetch(request));
  if (!known && response.ok && origin === worker.location.origin)
    await (await caches.open(cacheName)).put(path, response.clone());
  const { body, status, statusText } = response;
  const sent = new Headers(response.headers);
  // One that the host has sent is replaced: two values of one policy are none.
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  return new Response(body, { status, statusText, headers: sent });
}
