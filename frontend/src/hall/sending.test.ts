import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Act, Answer, Kit } from './acts';
import { sendActs } from './sending';

/** What the phone keeps, in memory: IndexedDB itself is tried in a real browser by tests/journeys/test_hall.py. */
const phone = vi.hoisted(() => ({ acts: new Map<string, Act>(), kits: new Map<string, Kit>() }));
vi.mock('./store', () => ({
  actsOf: async (activity: string) => [...phone.acts.values()].filter((act) => act.activity === activity),
  allActs: async () => [...phone.acts.values()],
  kitOf: async (activity: string) => phone.kits.get(activity),
  forgetKit: async (activity: string) => void phone.kits.delete(activity),
  keepAnswers: async (kit: Kit, kept: Act[], done: Act[]) => {
    for (const act of done) phone.acts.delete(act.nonce);
    for (const act of kept) phone.acts.set(act.nonce, act);
    phone.kits.set(kit.activity, kit);
  },
}));

let state = 'announced';
let account = 'own';
let sent: string[][] = [];
let receipts = new Set<string>();
let next: (() => Promise<unknown>) | undefined;

function json(body: unknown, status = 200) {
  return {
    ok: status < 400,
    status,
    type: 'basic',
    headers: new Headers({ 'Content-Type': 'application/json' }),
    json: async () => body,
  };
}

/** A server that counts each nonce once. */
async function server(url: string, options: RequestInit = {}): Promise<unknown> {
  if (url.endsWith('/list/')) {
    return json({ activity: { state }, account, now: new Date().toISOString(), token: 'secret', people: [] });
  }
  const { acts } = JSON.parse(String(options.body)) as { acts: Act[] };
  sent.push(acts.map((act) => act.nonce));
  const answers = acts.map((act): Answer => {
    const differs = act.about === 'differs';
    const result = differs ? 'conflict' : receipts.has(act.nonce) ? 'already' : 'accepted';
    if (!differs) receipts.add(act.nonce);
    return { nonce: act.nonce, result, sentence: differs ? '不一致' : '', stands: null };
  });
  if (next) return next();
  return json({ answers });
}

function wait(nonce: string, given: Partial<Act> = {}): void {
  const act = { nonce, activity: 'a', account: 'own', order: 0, kind: 'sign_in', about: 'p', made_at: '', seen: '' };
  phone.acts.set(nonce, { ...act, facts: { attendance: 'present' }, state: 'waiting', ...given } as Act);
}

beforeEach(() => {
  phone.acts.clear();
  phone.kits.clear();
  state = 'announced';
  account = 'own';
  sent = [];
  receipts = new Set();
  next = undefined;
  vi.stubGlobal('fetch', vi.fn(server));
});
afterEach(() => vi.unstubAllGlobals());

test('what the server took leaves the phone, and the token is not kept', async () => {
  for (let number = 0; number < 1_200; number += 1) wait(`n${number}`);
  expect(await sendActs('a')).toMatchObject({ outcome: 'sent', taken: 1_200 });
  expect(sent.map((one) => one.length)).toEqual([500, 500, 200]);
  expect(phone.acts.size).toBe(0);
  expect(phone.kits.get('a')?.listed.token).toBe('');
});

test('an answer lost on its way loses nothing, and sent again it counts once', async () => {
  wait('one');
  next = () => Promise.reject(new TypeError('network'));
  expect((await sendActs('a')).outcome).toBe('offline');
  expect(phone.acts.size).toBe(1);
  next = undefined;
  expect((await sendActs('a')).outcome).toBe('sent');
  expect([phone.acts.size, receipts.size, sent.length]).toEqual([0, 1, 2]);
});

test('a session that ended, a server in trouble and a refusal keep everything and say which', async () => {
  wait('one');
  vi.stubGlobal('fetch', async () => ({ ok: false, status: 0, type: 'opaqueredirect', headers: new Headers() }));
  expect((await sendActs('a')).outcome).toBe('signed_out');
  vi.stubGlobal('fetch', async () => json({}, 502));
  expect((await sendActs('a')).outcome).toBe('offline');
  vi.stubGlobal('fetch', async () => json({ detail: '没有权限。' }, 403));
  expect(await sendActs('a')).toMatchObject({ outcome: 'refused', sentence: '没有权限。' });
  expect(phone.acts.get('one')?.state).toBe('waiting');
});

test('a conflict stays with its sentence and is not sent by itself again', async () => {
  wait('one', { about: 'differs' });
  await sendActs('a');
  await sendActs('a');
  expect(sent).toEqual([['one']]);
  expect(phone.acts.get('one')).toMatchObject({ state: 'conflict', sentence: '不一致' });
});

test('acts of another account wait for their owner', async () => {
  wait('theirs', { account: 'other' });
  expect((await sendActs('a')).outcome).toBe('stranger');
  expect(sent).toEqual([]);
  account = 'other';
  expect((await sendActs('a')).outcome).toBe('sent');
});

test('after closing the list leaves the phone, but not while something is left on it', async () => {
  state = 'held';
  wait('one', { about: 'differs' });
  await sendActs('a');
  expect(phone.kits.has('a')).toBe(true);
  phone.acts.clear();
  await sendActs('a');
  expect(phone.kits.has('a')).toBe(false);
});
