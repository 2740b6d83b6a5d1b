import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import toast from './toast';

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  vi.useRealTimers();
});

test('leaves after its seconds, but waits while the pointer is on it', () => {
  const element = page('<li data-toast-seconds="8"></li>');
  toast(element);
  vi.advanceTimersByTime(7000);
  element.dispatchEvent(new Event('pointerenter'));
  vi.advanceTimersByTime(60_000);
  expect(element.isConnected).toBe(true);
  element.dispatchEvent(new Event('pointerleave'));
  vi.advanceTimersByTime(8000);
  expect(element.isConnected).toBe(false);
});

test('an error stays until it is closed', () => {
  const element = page('<li><button data-toast-close></button></li>');
  toast(element);
  vi.advanceTimersByTime(600_000);
  expect(element.isConnected).toBe(true);
  element.querySelector('button')?.click();
  expect(element.isConnected).toBe(false);
});
