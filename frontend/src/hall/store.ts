/** What a phone keeps of a hall: the list of an activity, acts that wait, and what is being typed. In IndexedDB. */
import type { Act, Kit } from './acts';

const NAME = 'lianxin-hall';
/** The cache that keeps the page of a kit; its name must not begin as those of the builds do. */
export const PAGES = 'hall-kit-pages';
const STORES = ['kits', 'acts', 'drafts'] as const;
type Name = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('kits', { keyPath: 'activity' });
      asked.result.createObjectStore('acts', { keyPath: 'nonce' });
      asked.result.createObjectStore('drafts');
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** One transaction; resolves when it is written for good, not before. */
async function within<T>(names: Name[], work: (store: (name: Name) => IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(names, 'readwrite', { durability: 'strict' });
    const asked = work((name) => transaction.objectStore(name));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export const kitOf = (activity: string): Promise<Kit | undefined> =>
  within(['kits'], (store) => store('kits').get(activity));
export const kits = (): Promise<Kit[]> => within(['kits'], (store) => store('kits').getAll());
export const keepKit = (kit: Kit): Promise<IDBValidKey> => within(['kits'], (store) => store('kits').put(kit));

/** Every act on the phone, in the order in which it was done. */
export async function allActs(): Promise<Act[]> {
  const acts: Act[] = await within(['acts'], (store) => store('acts').getAll());
  return acts.sort((one, other) => one.order - other.order);
}

export async function actsOf(activity: string): Promise<Act[]> {
  return (await allActs()).filter((act) => act.activity === activity);
}

export const keepAct = (act: Act): Promise<IDBValidKey> => within(['acts'], (store) => store('acts').put(act));
export const dropAct = (nonce: string): Promise<undefined> => within(['acts'], (store) => store('acts').delete(nonce));

/** Puts one act in the place of another, or neither. */
export const replaceAct = (nonce: string, act: Act): Promise<IDBValidKey> =>
  within(['acts'], (store) => {
    store('acts').delete(nonce);
    return store('acts').put(act);
  });

/** What the server said of acts, written together with the list it sent. */
export const keepAnswers = (kit: Kit, kept: Act[], done: Act[]): Promise<IDBValidKey> =>
  within(['kits', 'acts'], (store) => {
    for (const act of done) store('acts').delete(act.nonce);
    for (const act of kept) store('acts').put(act);
    return store('kits').put(kit);
  });

export const draftOf = (key: string): Promise<Record<string, string> | undefined> =>
  within(['drafts'], (store) => store('drafts').get(key));
export const keepDraft = (key: string, values: Record<string, string>): Promise<IDBValidKey> =>
  within(['drafts'], (store) => store('drafts').put(values, key));
export const dropDraft = (key: string): Promise<undefined> =>
  within(['drafts'], (store) => store('drafts').delete(key));

/** Takes the list of an activity, its drafts and its page off the phone. Acts that still wait are kept. */
export async function forgetKit(activity: string): Promise<void> {
  await within(['kits', 'drafts'], (store) => {
    store('drafts').delete(IDBKeyRange.bound(`${activity}:`, `${activity}:\uffff`));
    return store('kits').delete(activity);
  });
  if (!('caches' in globalThis)) return;
  const pages = await caches.open(PAGES);
  for (const page of await pages.keys()) if (page.url.includes(activity)) await pages.delete(page);
}

/** After signing out: names and pages go; what was not sent stays, without names, for its own account alone. */
export async function forgetKits(): Promise<void> {
  await within(['kits', 'drafts'], (store) => {
    store('drafts').clear();
    return store('kits').clear();
  });
  await caches.delete(PAGES);
}
