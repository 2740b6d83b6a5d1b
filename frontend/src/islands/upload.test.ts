import { expect, test } from 'vitest';
import { page } from '../test-page';
import upload, { limitOf } from './upload';

const FIELD =
  '<form><input type="text" name="place" value="文化广场">' +
  '<input type="file" name="proof" data-upload-largest=".pdf:52428800,.jpg:20971520">' +
  '<span data-upload-error="proof" hidden></span></form>';

function choose(name: string, size: number): { input: HTMLInputElement; said: HTMLElement; emptied: () => boolean } {
  page(FIELD);
  const input = document.querySelector<HTMLInputElement>('[name=proof]');
  const said = document.querySelector<HTMLElement>('[data-upload-error]');
  if (!input || !said) throw new Error('no field');
  let emptied = false;
  Object.defineProperty(input, 'files', { value: [{ name, size }] });
  Object.defineProperty(input, 'value', { set: () => (emptied = true), get: () => name });
  upload(input);
  input.dispatchEvent(new Event('change'));
  return { input, said, emptied: () => emptied };
}

test('a photo that is too large is refused before it travels, and what was typed stays', () => {
  const { said, emptied } = choose('签到表.JPG', 200 * 1024 * 1024);
  expect(said.hidden).toBe(false);
  expect(said.textContent).toContain('200.0 MB');
  expect(said.textContent).toContain('20.0 MB');
  expect(emptied()).toBe(true);
  expect(document.querySelector<HTMLInputElement>('[name=place]')?.value).toBe('文化广场');
});

test('a file within its limit is taken without a word', () => {
  const { said, emptied } = choose('记录.pdf', 40 * 1024 * 1024);
  expect(said.hidden).toBe(true);
  expect(emptied()).toBe(false);
});

test('each ending has its own limit, and others are left to the server', () => {
  expect(limitOf('a.PDF', '.pdf:5,.jpg:2')).toBe(5);
  expect(limitOf('a.jpg', '.pdf:5,.jpg:2')).toBe(2);
  expect(limitOf('a.heic', '.pdf:5,.jpg:2')).toBeUndefined();
});
