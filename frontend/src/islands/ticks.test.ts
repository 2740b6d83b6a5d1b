import { beforeEach, expect, test } from 'vitest';
import { page } from '../test-page';
import ticks from './ticks';

let root: HTMLElement;
let changes: number;

const ticked = (): string[] =>
  [...root.querySelectorAll<HTMLInputElement>('input:checked')].map((box) => `${box.name}${box.value}`);
const press = (name: string): void => root.querySelector<HTMLElement>(`[data-ticks-${name}]`)?.click();

beforeEach(() => {
  root = page(
    `<form><div data-ticks="people" hidden><button type="button" data-ticks-all></button>
     <button type="button" data-ticks-replied></button><button type="button" data-ticks-none></button>
     <span data-ticks-count></span></div>
     <input type="checkbox" name="people" value="1" data-ticks-expected data-ticks-replied>
     <input type="checkbox" name="people" value="2" data-ticks-expected>
     <input type="checkbox" name="people" value="3">
     <input type="checkbox" name="kinds" value="4"></form>`,
  );
  changes = 0;
  root.addEventListener('change', () => {
    changes += 1;
  });
  ticks(root);
});

test('nobody is ticked beforehand, and the buttons appear', () => {
  expect(ticked()).toEqual([]);
  expect(root.querySelector<HTMLElement>('[data-ticks]')?.hidden).toBe(false);
});

test('all means all expected: who is excused, and other boxes, stay as they are', () => {
  press('all');
  expect(ticked()).toEqual(['people1', 'people2']);
  expect(root.querySelector('[data-ticks-count]')?.textContent).toBe('已选 2 项');
});

test('by the replies adds those who come to what is ticked by hand', () => {
  root.querySelector<HTMLElement>('[value="3"]')?.click();
  press('replied');
  expect(ticked()).toEqual(['people1', 'people3']);
});

test('taking off leaves the boxes of other questions', () => {
  root.querySelector<HTMLElement>('[value="4"]')?.click();
  press('all');
  press('none');
  expect(ticked()).toEqual(['kinds4']);
});

test('what keeps drafts hears of it', () => {
  press('all');
  expect(changes).toBe(1);
});

test('without a name it is every box of the form', () => {
  root = page(
    `<form><div data-ticks hidden><button type="button" data-ticks-all></button></div>
     <input type="checkbox" name="held_1" value="on" data-ticks-expected>
     <input type="checkbox" name="held_2" value="on" data-ticks-expected></form>`,
  );
  ticks(root);
  press('all');
  expect(ticked()).toEqual(['held_1on', 'held_2on']);
});
