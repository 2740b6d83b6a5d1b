import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import agendaHall, { clockText } from './agenda-hall';

const HALL = `<main data-hall="a" data-starts="2026-11-22T15:00:00+08:00">
  <p data-hall-label></p><p data-hall-title></p><p data-hall-speaker></p><p data-hall-clock></p>
  <ol><li data-hall-item data-minutes="5" data-speaker="张建国"><span class="hall-item-title">传达精神</span></li>
  <li data-hall-item data-minutes="0"><span class="hall-item-title">讨论</span></li></ol>
  <button data-hall-back></button><button data-hall-next></button><button data-hall-pause></button>
  <button data-hall-more></button></main>`;
const text = (name: string): string => document.querySelector(`[data-hall-${name}]`)?.textContent ?? '';
const click = (name: string): void => document.querySelector<HTMLElement>(`[data-hall-${name}]`)?.click();
const clock = (): HTMLElement => document.querySelector<HTMLElement>('[data-hall-clock]') as HTMLElement;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T14:58:00+08:00') });
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

test('writes minutes and seconds, and what is over with a plus', () => {
  expect(clockText(65_000)).toBe('01:05');
  expect(clockText(3_600_000)).toBe('1:00:00');
  expect(clockText(-90_000)).toBe('+01:30');
});

test('counts down to the beginning, then each item, and says when its time is over', () => {
  const end = agendaHall(page(HALL));
  expect(text('clock')).toBe('02:00');
  click('next');
  expect(text('title')).toBe('传达精神');
  expect(text('speaker')).toBe('张建国');
  expect(text('clock')).toBe('05:00');
  vi.advanceTimersByTime(4 * 60_000);
  expect(clock().dataset.state).toBe('soon');
  vi.advanceTimersByTime(2 * 60_000);
  expect(text('clock')).toBe('+01:00');
  expect(clock().dataset.state).toBe('over');
  click('next');
  expect(text('title')).toBe('讨论');
  expect(clock().hidden).toBe(true);
  end();
});

test('pauses, gives a minute more, and goes on after a reload where it stood', () => {
  const end = agendaHall(page(HALL));
  click('next');
  click('pause');
  vi.advanceTimersByTime(60_000);
  expect(text('clock')).toBe('05:00');
  click('more');
  click('pause');
  vi.advanceTimersByTime(60_000);
  expect(text('clock')).toBe('05:00');
  end();
  const again = agendaHall(page(HALL));
  expect(text('title')).toBe('传达精神');
  expect(text('clock')).toBe('05:00');
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown' }));
  expect(text('title')).toBe('讨论');
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }));
  expect(text('title')).toBe('传达精神');
  again();
});
