import { expect, test } from 'vitest';
import { page } from '../test-page';
import elderMode from './elder-mode';

test('large print is turned on and off in place, and remembered', () => {
  document.documentElement.dataset.mode = 'standard';
  const form = page<HTMLFormElement>(
    '<form><input name="mode" value="elder"><button aria-pressed="false"></button></form>',
  );
  elderMode(form);
  const send = () => form.dispatchEvent(new Event('submit', { cancelable: true }));
  expect(send()).toBe(false);
  expect(document.documentElement.dataset.mode).toBe('elder');
  expect(document.cookie).toContain('lx_mode=elder');
  expect(form.querySelector('button')?.getAttribute('aria-pressed')).toBe('true');
  send();
  expect(document.documentElement.dataset.mode).toBe('standard');
  expect(document.cookie).toContain('lx_mode=standard');
});
