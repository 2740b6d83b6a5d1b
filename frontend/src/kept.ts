/**
 * What a device keeps of a form that names nobody: encrypted, in the browser alone, until it was sent.
 *
 * The server gives a name and a key for it with the page, derived from the account and the form and stored nowhere:
 * whoever else uses the device gets another key, and sees neither whose it is nor what it is about. What lies here is
 * never sent.
 */
const PREFIX = 'lx-kept:';
const WEEK_MS = 7 * 24 * 3600 * 1000;

interface Sealed {
  /** The last day, as 2026-11-28: no time that would tell when somebody wrote. */
  until: string;
  nonce: string;
  data: string;
}

/** Whether this browser can encrypt here; over plain http it cannot, and then nothing is kept. */
export const canKeep = (): boolean => globalThis.crypto?.subtle !== undefined;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function toText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const toBytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

const opened = (key: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', toBytes(key), 'AES-GCM', false, ['encrypt', 'decrypt']);

/** Keeps `value` under `name`, in place of what was kept before. */
export async function keep(name: string, key: string, value: unknown): Promise<void> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, await opened(key), plain);
  const sealed: Sealed = {
    until: dayOf(Date.now() + WEEK_MS),
    nonce: toText(nonce),
    data: toText(new Uint8Array(data)),
  };
  localStorage.setItem(PREFIX + name, JSON.stringify(sealed));
}

/** What is kept under `name`; nothing where nothing is, or where the key does not fit. */
export async function find<T>(name: string, key: string): Promise<T | undefined> {
  const kept = localStorage.getItem(PREFIX + name);
  if (!kept) return undefined;
  try {
    const { nonce, data } = JSON.parse(kept) as Sealed;
    const way = { name: 'AES-GCM', iv: toBytes(nonce) };
    const plain = await crypto.subtle.decrypt(way, await opened(key), toBytes(data));
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    forget(name);
    return undefined;
  }
}

export const forget = (name: string): void => localStorage.removeItem(PREFIX + name);

/** Throws away what is older than seven days, whosever it is. */
export function forgetOld(): void {
  const today = dayOf(Date.now());
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      if ((JSON.parse(localStorage.getItem(name) ?? '') as Sealed).until >= today) continue;
    } catch {
      // What cannot be read helps nobody.
    }
    localStorage.removeItem(name);
  }
}
