/**
 * The service worker: keeps the built files and one offline page, shows push messages, and lets a hall do without network.
 *
 * Pages always come from the network, because they show personal data and a shared phone must not keep them. When the
 * network fails, the offline page says so. The one exception is the kit of a hall (`islands/hall-kit`): its page, which
 * names nobody, is kept once somebody opened it, and goes with its list when they sign out. Served by Django at /sw.js
 * with `Service-Worker-Allowed: /`.
 */
import { SYNC_TAG, sendEverything } from './hall/sending';
import { forgetKits, PAGES } from './hall/store';

declare const __PRECACHE_FILES__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const OFFLINE = '/offline/';
const SIGN_OUT = '/account/logout/';
const HALL_PAGE = /^\/activities\/[0-9a-f-]{36}\/hall-kit\/$/;
/** A hall with one bar of network should not wait longer than this for a page that is on the phone anyway. */
const PATIENCE = 4000;
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
    renewHallPages()
      .then((renewed) => (renewed ? dropOldBuilds() : undefined))
      .then(() => worker.clients.claim()),
  );
});

async function dropOldBuilds(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith('lianxin-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Pages of kits name files of the build they came with: while one cannot be fetched anew, old builds stay. */
async function renewHallPages(): Promise<boolean> {
  if (!(await caches.has(PAGES))) return true;
  const pages = await caches.open(PAGES);
  let renewed = true;
  for (const page of await pages.keys()) {
    const answer = await fetch(page.url, { credentials: 'same-origin', redirect: 'manual' }).catch(() => undefined);
    if (answer?.ok) await pages.put(page.url, answer);
    else if (answer?.status === 403 || answer?.status === 404) await pages.delete(page);
    else renewed = false;
  }
  return renewed;
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method === 'POST' && url.origin === worker.location.origin && url.pathname === SIGN_OUT) {
    event.waitUntil(forgetKits());
    return;
  }
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;

  if (url.pathname.startsWith('/static/assets/')) {
    event.respondWith(fromCacheFirst(request));
  } else if (request.mode === 'navigate' && HALL_PAGE.test(url.pathname)) {
    event.respondWith(hallPage(request, url.pathname));
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

/** The kit of a hall: from the network if it answers soon, else the page that is on the phone. */
async function hallPage(request: Request, path: string): Promise<Response> {
  const kept = await caches.match(path, { cacheName: PAGES });
  if (!kept) return fetch(request).catch(offlinePage);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
  const answer = await Promise.race([fetch(request).catch(() => undefined), late]);
  return answer && answer.status < 500 ? answer : kept;
}

/** The browser says that the network is back: what waits is sent, also when no page is open. */
worker.addEventListener('sync', (event) => {
  const sync = event as ExtendableEvent & { tag: string };
  if (sync.tag === SYNC_TAG) sync.waitUntil(sendEverything());
});

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
