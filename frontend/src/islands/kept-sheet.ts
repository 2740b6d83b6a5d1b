/**
 * Keeps an anonymous sheet on this device, encrypted, until it is handed in, and gives it back after signing in again.
 *
 *     <form data-island="kept-sheet" data-kept-name="9f…" data-kept-key="base64" data-kept-returned>
 *       <div data-kept-says hidden>… <span data-kept-found hidden>…</span>
 *         <button type="button" data-kept-discard hidden>…</button></div>
 *
 * `data-kept-returned` stands on a form that came back refused: it shows what was just sent, which is newer. What was
 * handed in is thrown away by the page after it (`kept-gone`), as only the server knows that it was.
 */
import { type Filled, read, write } from '../fields';
import { canKeep, find, forget, forgetOld, keep } from '../kept';

const WAIT_MS = 300;

export default function keptSheet(element: HTMLElement): (() => void) | undefined {
  const { keptName: name, keptKey: key } = element.dataset;
  if (!(element instanceof HTMLFormElement) || !name || !key || !canKeep()) return undefined;
  const form = element;
  const part = (which: string): HTMLElement | null => form.querySelector<HTMLElement>(`[data-kept-${which}]`);
  const discard = part('discard');
  let timer: number | undefined;
  let changed = false;
  // One after the other: a slower write must not overtake a later one.
  let last: Promise<unknown> = Promise.resolve();

  const show = (which: string, shown: boolean): void => {
    const found = part(which);
    if (found) found.hidden = !shown;
  };

  const keepNow = (): void => {
    window.clearTimeout(timer);
    if (!changed) return;
    changed = false;
    const filled = read(form);
    last = last
      .then(() => keep(name, key, filled))
      .then(() => show('discard', true))
      // A full or forbidden store must not disturb the person who is writing.
      .catch(() => undefined);
  };

  const typed = (): void => {
    changed = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(keepNow, WAIT_MS);
  };

  const hidden = (): void => {
    if (document.visibilityState === 'hidden') keepNow();
  };

  const throwAway = (): void => {
    window.clearTimeout(timer);
    changed = false;
    for (const field of form.querySelectorAll<HTMLInputElement>('input[type="radio"]')) field.checked = !field.value;
    for (const field of form.querySelectorAll('textarea')) field.value = '';
    last = last.then(() => forget(name));
    show('found', false);
    show('discard', false);
  };

  const restore = async (): Promise<void> => {
    forgetOld();
    const filled = await find<Filled>(name, key);
    if (!filled) return;
    show('discard', true);
    if (changed || form.hasAttribute('data-kept-returned')) return;
    write(form, filled);
    show('found', true);
  };

  show('says', true);
  last = restore();
  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
  form.addEventListener('submit', keepNow);
  document.addEventListener('visibilitychange', hidden);
  discard?.addEventListener('click', throwAway);
  return () => {
    window.clearTimeout(timer);
    form.removeEventListener('input', typed);
    form.removeEventListener('change', typed);
    form.removeEventListener('submit', keepNow);
    document.removeEventListener('visibilitychange', hidden);
    discard?.removeEventListener('click', throwAway);
  };
}
