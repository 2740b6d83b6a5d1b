import { expect, test, vi } from 'vitest';
import { page, settled } from '../test-page';
import copy from './copy';

test('copies the text of another element and says so', async () => {
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  const button = page('<button data-copy-from="#letter"></button><p id="letter"> 介绍信 </p><ul id="toasts"></ul>');
  copy(button);
  button.click();
  await settled();
  expect(writeText).toHaveBeenCalledWith('介绍信');
  expect(document.getElementById('toasts')?.textContent).toContain('已复制');
  vi.unstubAllGlobals();
});
