import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, settled } from '../test-page';
import combobox from './combobox';

let root: HTMLElement;
let input: HTMLInputElement;
let hidden: HTMLInputElement;

const results = [
  { value: '1', label: '北宋镇党委', hint: '利津县' },
  { value: '2', label: '北岭乡党委' },
];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(JSON.stringify({ results }))),
  );
  root = page(
    `<div data-url="/choices/"><input role="combobox" value="旧党委"><input type="hidden" name="parent" value="9"></div>`,
  );
  input = root.querySelector('input[role]') as HTMLInputElement;
  hidden = root.querySelector('input[type=hidden]') as HTMLInputElement;
  combobox(root);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function type(text: string): Promise<void> {
  input.value = text;
  input.dispatchEvent(new Event('input'));
  await vi.advanceTimersByTimeAsync(250);
  await settled();
}

const press = (key: string) =>
  input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

test('typing asks the server and lists what it answers', async () => {
  await type('bs');
  expect(fetch).toHaveBeenCalledWith('/choices/?q=bs', expect.anything());
  expect(input.getAttribute('aria-expanded')).toBe('true');
  expect([...root.querySelectorAll('[role=option] > span')].map((one) => one.textContent)).toEqual([
    '北宋镇党委',
    '北岭乡党委',
  ]);
});

test('the arrow keys and Enter choose', async () => {
  await type('b');
  press('ArrowDown');
  press('ArrowDown');
  expect(input.getAttribute('aria-activedescendant')).toBe(root.querySelectorAll('[role=option]')[1]?.id);
  press('Enter');
  expect(input.value).toBe('北岭乡党委');
  expect(hidden.value).toBe('2');
  expect(input.getAttribute('aria-expanded')).toBe('false');
});

test('text without a choice goes back to what was chosen before', async () => {
  await type('无此组织');
  input.dispatchEvent(new Event('blur'));
  expect(input.value).toBe('旧党委');
  expect(hidden.value).toBe('9');
});

test('an emptied field chooses nothing', () => {
  input.value = '';
  input.dispatchEvent(new Event('blur'));
  expect(hidden.value).toBe('');
});
