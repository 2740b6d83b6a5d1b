import { beforeEach, expect, test } from 'vitest';
import { page } from '../test-page';
import comboboxMany from './combobox-many';

const FORM = (more = '') => `<div>
  <div data-many-search hidden><div class="combobox"><input role="combobox"><input type="hidden"></div>
    <ul data-many-chosen></ul></div>
  <details open><summary></summary><textarea name="picked"${more}>柳树村党支部\n\n370522101202 </textarea></details></div>`;

let root: HTMLElement;

const box = (): HTMLTextAreaElement => root.querySelector('textarea') as HTMLTextAreaElement;
const chips = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('[data-many-chosen] button')];
const choose = (label: string, value: string): boolean =>
  (root.querySelector('.combobox') as HTMLElement).dispatchEvent(
    new CustomEvent('lx:chosen', { bubbles: true, cancelable: true, detail: { label, value } }),
  );

beforeEach(() => {
  root = page(FORM());
  comboboxMany(root);
});

test('what stands on the lines is shown, and the text box folded away', () => {
  expect(chips().map((one) => one.textContent)).toEqual(['柳树村党支部 ×', '370522101202 ×']);
  expect(root.querySelector('details')?.open).toBe(false);
  expect(root.querySelector<HTMLElement>('[data-many-search]')?.hidden).toBe(false);
});

test('a choice becomes a line once, and the combobox does not keep it', () => {
  expect(choose('杨树村党支部', '370522101203')).toBe(false);
  choose('杨树村党支部', '370522101203');
  expect(box().value).toBe('柳树村党支部\n370522101202\n杨树村党支部（370522101203）');
  expect(chips()).toHaveLength(3);
});

test('a chip takes its line off', () => {
  chips()[0]?.click();
  expect(box().value).toBe('370522101202');
  expect(chips()).toHaveLength(1);
});

test('lines the server refused stay open to be mended', () => {
  root = page(FORM(' aria-invalid="true"'));
  comboboxMany(root);
  expect(root.querySelector('details')?.open).toBe(true);
});
