import { expect, test, vi } from 'vitest';
import { endedAtSignIn, postForm, readJson, withQuery } from './server';

const answer = (status: number, url: string, redirected: boolean) => ({ status, url, redirected }) as Response;

test('an answer that came from the sign-in page means that the session ran out', () => {
  expect(endedAtSignIn(answer(200, 'http://x/accounts/login/?next=/', true), '/accounts/login/')).toBe(true);
  expect(endedAtSignIn(answer(401, 'http://x/members/', false), '/accounts/login/')).toBe(true);
});

test('other redirects are answers like any other', () => {
  expect(endedAtSignIn(answer(200, 'http://x/members/', true), '/accounts/login/')).toBe(false);
  expect(endedAtSignIn(answer(200, 'http://x/accounts/login/', false), '/accounts/login/')).toBe(false);
});

test('addresses keep their own parameters beside the added ones', () => {
  expect(withQuery('/choices/?kind=branch', { q: '北宋' })).toBe('/choices/?kind=branch&q=%E5%8C%97%E5%AE%8B');
});

test('the token of the page goes with every write', async () => {
  document.head.innerHTML = '<meta name="csrf-token" content="abc">';
  const sent = vi.fn(async (_url: string, _options: RequestInit) => new Response('{"ok": true}'));
  vi.stubGlobal('fetch', sent);
  await postForm('/x/', { reason: 'r' });
  expect(sent.mock.calls[0]?.[1].headers).toMatchObject({ 'X-CSRFToken': 'abc' });
  vi.unstubAllGlobals();
});

test('a failure is a sentence with its status', async () => {
  document.documentElement.lang = 'en';
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response('', { status: 404 })),
  );
  await expect(readJson('/x/')).rejects.toMatchObject({ status: 404, message: expect.stringContaining('not found') });
  vi.unstubAllGlobals();
});
