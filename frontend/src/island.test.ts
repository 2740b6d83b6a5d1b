import { expect, test, vi } from 'vitest';
import { endLostIslands, startIslands } from './island';
import { page } from './test-page';

test('an island starts once, however often the page is looked at', async () => {
  page('<div data-island="one"></div>');
  const island = vi.fn();
  const loaders = { one: async () => ({ default: island }) };
  await startIslands(document, loaders);
  await startIslands(document, loaders);
  expect(island).toHaveBeenCalledTimes(1);
});

test('an island ends when its element has left the page', async () => {
  const element = page('<div data-island="one"></div>');
  const end = vi.fn();
  await startIslands(document, { one: async () => ({ default: () => end }) });
  endLostIslands();
  expect(end).not.toHaveBeenCalled();
  element.remove();
  endLostIslands();
  expect(end).toHaveBeenCalledTimes(1);
});

test('an unknown island is named on the console and does not stop the others', async () => {
  page('<div data-island="nothing"></div><div data-island="one"></div>');
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const island = vi.fn();
  await startIslands(document, { one: async () => ({ default: island }) });
  expect(complaint).toHaveBeenCalledWith('There is no island called "nothing".');
  expect(island).toHaveBeenCalledTimes(1);
});
