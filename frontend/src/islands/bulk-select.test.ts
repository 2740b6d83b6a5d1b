import { beforeEach, expect, test } from 'vitest';
import { page } from '../test-page';
import bulkSelect from './bulk-select';

let boxes: HTMLInputElement[];
let all: HTMLInputElement;
let bar: HTMLElement;

beforeEach(() => {
  const row = '<tr><td><input type="checkbox" data-bulk-row></td></tr>';
  const root = page(
    `<form><table><tr><th><input type="checkbox" data-bulk-all></th></tr>${row.repeat(4)}</table>
     <div data-bulk-bar hidden><span data-bulk-count></span></div></form>`,
  );
  bulkSelect(root);
  boxes = [...root.querySelectorAll<HTMLInputElement>('[data-bulk-row]')];
  all = root.querySelector<HTMLInputElement>('[data-bulk-all]') as HTMLInputElement;
  bar = root.querySelector<HTMLElement>('[data-bulk-bar]') as HTMLElement;
});

test('choosing a row shows the bar with the number', () => {
  boxes[1]?.click();
  expect(bar.hidden).toBe(false);
  expect(bar.textContent).toBe('已选 1 项');
  expect(all.indeterminate).toBe(true);
});

test('the box in the head takes all rows and gives them back', () => {
  all.click();
  expect(boxes.every((box) => box.checked)).toBe(true);
  all.click();
  expect(boxes.some((box) => box.checked)).toBe(false);
  expect(bar.hidden).toBe(true);
});

test('shift takes the rows between', () => {
  boxes[0]?.click();
  boxes[2]?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
  expect(boxes.map((box) => box.checked)).toEqual([true, true, true, false]);
});
