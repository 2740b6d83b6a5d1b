import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import reveal from './reveal';

const FIELD = `<span data-reveal-url="/reveal/"><span data-reveal-value>3705**********1234</span>
  <button data-reveal-open></button><span data-reveal-left></span>
  <dialog><form data-reveal-form><textarea name="reason">核对档案</textarea><p data-reveal-error hidden></p></form></dialog></span>`;

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function ask(root: HTMLElement): Promise<void> {
  (root.querySelector('[data-reveal-open]') as HTMLElement).click();
  root.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  await vi.advanceTimersByTimeAsync(10);
}

test('shows the value for thirty seconds after a reason', async () => {
  const sent = vi.fn(async (_url: string, _options: RequestInit) => new Response('{"value": "370522199001011234"}'));
  vi.stubGlobal('fetch', sent);
  const root = page(FIELD);
  reveal(root);
  await ask(root);
  const value = root.querySelector('[data-reveal-value]');
  expect(String(sent.mock.calls[0]?.[1].body)).toBe(String(new URLSearchParams({ reason: '核对档案' })));
  expect(value?.textContent).toBe('370522199001011234');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(value?.textContent).toBe('3705**********1234');
});

test('a refusal stays in the dialog and shows nothing', async () => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response('', { status: 403 })),
  );
  const root = page(FIELD);
  reveal(root);
  await ask(root);
  expect(root.querySelector('[data-reveal-value]')?.textContent).toBe('3705**********1234');
  expect(root.querySelector('[data-reveal-error]')?.textContent).toContain('没有办理此事的权限');
});
