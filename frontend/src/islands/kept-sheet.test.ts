import { beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import keptGone from './kept-gone';
import keptSheet from './kept-sheet';

const KEY = btoa('k'.repeat(32));
const OTHER = btoa('o'.repeat(32));
const SHEET = (key = KEY, more = '', words = '') => `<form data-kept-name="n" data-kept-key="${key}"${more}>
  <div data-kept-says hidden><span data-kept-found hidden></span><button type="button" data-kept-discard hidden></button></div>
  <input type="hidden" name="csrfmiddlewaretoken" value="token">
  <input type="radio" name="grade_1" value="qualified"><input type="radio" name="grade_1" value="" checked>
  <details><summary></summary><textarea name="opinion_1">${words}</textarea></details></form>`;

const part = (form: HTMLElement, which: string) => form.querySelector(`[data-kept-${which}]`) as HTMLElement;
const words = (form: HTMLElement) => form.querySelector('textarea') as HTMLTextAreaElement;
const grade = (form: HTMLElement) => (form.querySelector('input[type=radio]:checked') as HTMLInputElement).value;

/** Opens the page with a sheet, and waits until what was kept had time to come back. */
async function open(html = SHEET()): Promise<HTMLElement> {
  const form = page(html);
  keptSheet(form);
  await new Promise((done) => setTimeout(done, 30));
  return form;
}

async function fill(form: HTMLElement): Promise<void> {
  (form.querySelector('input[value=qualified]') as HTMLInputElement).checked = true;
  words(form).value = '望多参加集体学习';
  form.dispatchEvent(new Event('input'));
  form.dispatchEvent(new Event('submit'));
  await vi.waitFor(() => expect(localStorage.getItem('lx-kept:n')).not.toBeNull());
}

beforeEach(() => localStorage.clear());

test('a sheet comes back on the device as it was, unfolded, and says so', async () => {
  const first = await open();
  expect(part(first, 'says').hidden).toBe(false);
  expect(part(first, 'discard').hidden).toBe(true);
  await fill(first);
  const again = await open();
  expect([grade(again), words(again).value]).toEqual(['qualified', '望多参加集体学习']);
  expect(again.querySelector('details')?.open).toBe(true);
  expect(part(again, 'found').hidden).toBe(false);
  expect(part(again, 'discard').hidden).toBe(false);
});

test('what lies on the device can be read neither there nor with the key of another', async () => {
  await fill(await open());
  const kept = localStorage.getItem('lx-kept:n') ?? '';
  expect(kept).not.toMatch(/qualified|grade|token|学习/);
  const stranger = await open(SHEET(OTHER));
  expect([grade(stranger), words(stranger).value]).toEqual(['', '']);
});

test('discarding empties the sheet and the device', async () => {
  await fill(await open());
  const again = await open();
  part(again, 'discard').click();
  await vi.waitFor(() => expect(localStorage.getItem('lx-kept:n')).toBeNull());
  expect([grade(again), words(again).value]).toEqual(['', '']);
  expect(part(again, 'found').hidden).toBe(true);
});

test('a sheet that came back refused shows what was sent, not what was kept', async () => {
  await fill(await open());
  const refused = await open(SHEET(KEY, ' data-kept-returned', '后来写的'));
  expect(words(refused).value).toBe('后来写的');
  expect(part(refused, 'found').hidden).toBe(true);
});

test('a sheet handed in, and any older than seven days, is thrown away', async () => {
  await fill(await open());
  localStorage.setItem('lx-kept:old', JSON.stringify({ until: '2020-01-01', nonce: '', data: '' }));
  localStorage.setItem('lx-draft:k', 'stays');
  keptGone(page('<div data-kept-names="n m" hidden></div>'));
  expect(Object.keys(localStorage)).toEqual(['lx-draft:k']);
});

test('without encryption nothing is kept, and nothing says so', async () => {
  vi.stubGlobal('crypto', {});
  const form = await open();
  form.dispatchEvent(new Event('input'));
  form.dispatchEvent(new Event('submit'));
  expect(part(form, 'says').hidden).toBe(true);
  expect(localStorage.length).toBe(0);
  vi.unstubAllGlobals();
});
