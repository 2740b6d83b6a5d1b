import { expect, test, vi } from 'vitest';
import { page } from '../test-page';
import dialogOpener from './dialog';

test('the button opens its dialog', () => {
  const button = page('<button data-dialog="one"></button><dialog id="one"></dialog>');
  dialogOpener(button);
  button.click();
  expect((document.getElementById('one') as HTMLDialogElement).open).toBe(true);
});

test('a dialog that is not there is named on the console', () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  dialogOpener(page('<button data-dialog="none"></button>'));
  expect(complaint).toHaveBeenCalledWith('There is no dialog "none" on this page.');
});
