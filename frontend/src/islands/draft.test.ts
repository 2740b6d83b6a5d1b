import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import draft from './draft';

const FORM = `<form data-draft-key="k"><div data-draft-notice hidden></div>
  <input name="name"><input name="id_number" autocomplete="off"><input type="password" name="secret">
  <textarea name="reason"></textarea><input type="checkbox" name="joint" value="on"></form>`;

const field = (form: HTMLElement, name: string) => form.querySelector(`[name=${name}]`) as HTMLInputElement;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
});

function write(form: HTMLElement): void {
  field(form, 'name').value = '饼子铺村党支部';
  field(form, 'id_number').value = '990102199001011234';
  field(form, 'secret').value = 'secret';
  field(form, 'joint').checked = true;
  form.dispatchEvent(new Event('input'));
  vi.advanceTimersByTime(600);
}

test('gives back what was typed, with a notice', () => {
  const first = page(FORM);
  draft(first);
  write(first);
  const second = page(FORM);
  draft(second);
  expect(field(second, 'name').value).toBe('饼子铺村党支部');
  expect(field(second, 'joint').checked).toBe(true);
  expect((second.querySelector('[data-draft-notice]') as HTMLElement).hidden).toBe(false);
});

test('never keeps passwords or fields that refuse autocomplete', () => {
  const form = page(FORM);
  draft(form);
  write(form);
  expect(localStorage.getItem('lx-draft:k')).not.toContain('990102199001011234');
  expect(localStorage.getItem('lx-draft:k')).not.toContain('secret');
});

test('submitting forgets the draft', () => {
  const form = page(FORM);
  draft(form);
  write(form);
  form.dispatchEvent(new Event('submit'));
  expect(localStorage.getItem('lx-draft:k')).toBeNull();
});

test('discarding empties the form and forgets the draft', () => {
  const first = page(FORM);
  draft(first);
  write(first);
  const second = page(FORM);
  draft(second);
  (second.querySelector('[data-draft-notice] button') as HTMLButtonElement).click();
  expect(field(second, 'name').value).toBe('');
  expect(localStorage.getItem('lx-draft:k')).toBeNull();
});

test('a form that came back with errors keeps what was submitted', () => {
  const first = page(FORM);
  draft(first);
  write(first);
  const second = page(FORM.replace('<input name="name">', '<input name="name" value="新" aria-invalid="true">'));
  draft(second);
  expect(field(second, 'name').value).toBe('新');
});
