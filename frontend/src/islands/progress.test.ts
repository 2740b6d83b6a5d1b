import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import progress from './progress';

const BOX = `<div data-progress-url="/p/" data-progress-seconds="2"><progress></progress>
  <span data-progress-message></span><span data-progress-count></span></div>`;

let answers: object[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => {
      const answer = answers.shift();
      if (!answer) throw new TypeError('no network');
      return new Response(JSON.stringify(answer));
    }),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('moves the bar and stops asking when the work is done', async () => {
  answers = [
    { done: 1200, total: 19000, message: '正在检查', state: 'running' },
    { done: 19000, total: 19000, message: '完成', state: 'done' },
  ];
  const box = page(BOX);
  progress(box);
  await vi.advanceTimersByTimeAsync(10);
  expect(box.querySelector('progress')?.value).toBe(1200);
  expect(box.querySelector('[data-progress-count]')?.textContent).toBe('1,200 / 19,000');
  await vi.advanceTimersByTimeAsync(2000);
  expect(box.dataset.state).toBe('done');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('says so when the server is not reached, and asks again later', async () => {
  answers = [];
  const box = page(BOX);
  progress(box);
  await vi.advanceTimersByTimeAsync(10);
  expect(box.querySelector('[data-progress-message]')?.textContent).toBe('暂时连不上，正在重试……');
  await vi.advanceTimersByTimeAsync(6000);
  expect(fetch).toHaveBeenCalledTimes(2);
});
