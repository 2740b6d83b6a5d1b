/**
 * The service worker: keeps the built files and one offline page, and shows push messages; nothing else.
 *
 * Pages always come from the network, because they show personal data and a shared phone must not keep them. When the
 * network fails, the offline page says so. Served by Django at /sw.js with `Service-Worker-Allowed: /`.
 */
declare const __PRECACHE_FILES__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const OFFLINE = '/offline/';
const FILES = __PRECACHE_FILES__;
const CACHE = `lianxin-${hashOf(FILES.join())}`;

/** A short fingerprint of the list of files: a new build gets a new cache. */
function hashOf(text: string): string {
  let value = 5381;
  for (const letter of text) value = (value * 33 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return value.toString(36);
}

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...FILES, new Request(OFFLINE, { credentials: 'omit' })]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith('lianxin-') && name !== CACHE).map((name) => caches.delete(name)),
        ),
      )
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;

  if (url.pathname.startsWith('/static/assets/')) {
    event.respondWith(fromCacheFirst(request));
  } else if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(offlinePage));
  }
});

async function fromCacheFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function offlinePage(): Promise<Response> {
  return (await caches.match(OFFLINE)) ?? Response.error();
}

/** What a push message holds; the server encrypts it for this device alone. */
interface Told {
  title: string;
  body: string;
  url: string;
  tag: string;
}

worker.addEventListener('push', (event) => {
  let told: Told;
  try {
    told = event.data?.json() as Told;
  } catch {
    return;
  }
  if (!told?.title) return;
  event.waitUntil(
    worker.registration.showNotification(told.title, {
      body: told.body,
      tag: told.tag,
      icon: '/static/icons/icon-192.png',
      data: { url: told.url },
    }),
  );
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = new URL((event.notification.data as { url?: string })?.url ?? '/', worker.location.origin);
  if (url.origin === worker.location.origin) event.waitUntil(openPage(url.href));
});

/** Brings a page of ours to the front, or opens one. */
async function openPage(address: string): Promise<void> {
  const open = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const found = open.find((one) => one.url === address) ?? open[0];
  if (!found) {
    await worker.clients.openWindow(address);
    return;
  }
  await found.focus();
  if (found.url !== address) await found.navigate(address);
}

export {};
