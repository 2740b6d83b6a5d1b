import { expect, test } from 'vitest';
import { addressWithColumns } from './column-choice';

test('the chosen columns join the search and filters already in the address', () => {
  expect(addressWithColumns('http://x/members/?q=wang&kind=full&columns=name&after=abc', ['name', 'phone'])).toBe(
    '/members/?q=wang&kind=full&columns=name&columns=phone',
  );
});

test('no choice takes the columns out of the address', () => {
  expect(addressWithColumns('http://x/members/?columns=name', [])).toBe('/members/');
});
