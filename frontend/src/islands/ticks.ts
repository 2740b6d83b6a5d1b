/**
 * Ticking many persons at once, never beforehand: all who are expected, those who replied that they come, or nobody.
 *
 *     <form data-island="ticks">
 *       <div data-ticks="participants" hidden>
 *         <button type="button" data-ticks-all>全选</button> <button type="button" data-ticks-replied>按回复勾选</button>
 *         <button type="button" data-ticks-none>全不选</button> <span data-ticks-count></span></div>
 *       <input type="checkbox" name="participants" data-ticks-expected data-ticks-replied> …
 *
 * A box without `data-ticks-expected` (excused, on leave, a guest) is ticked one by one. `data-ticks=""`: every box of
 * the form, where each has a name of its own.
 */
import { say } from '../words';

export default function ticks(root: HTMLElement): (() => void) | undefined {
  const bar = root.querySelector<HTMLElement>('[data-ticks]');
  if (!bar) return undefined;
  bar.hidden = false;

  const boxes = (): HTMLInputElement[] =>
    [...root.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].filter(
      (box) => !bar.dataset.ticks || box.name === bar.dataset.ticks,
    );

  const show = (): void => {
    const count = boxes().filter((box) => box.checked).length;
    for (const words of root.querySelectorAll('[data-ticks-count]')) words.textContent = say('selected', { count });
  };

  const wanted = (button: HTMLElement, box: HTMLInputElement): boolean => {
    if (button.hasAttribute('data-ticks-none')) return false;
    const mark = button.hasAttribute('data-ticks-all') ? 'data-ticks-expected' : 'data-ticks-replied';
    return box.checked || box.hasAttribute(mark);
  };

  const click = (event: Event): void => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('button');
    if (!button || !bar.contains(button)) return;
    for (const box of boxes()) box.checked = wanted(button, box);
    // What keeps drafts listens for it, as it does for a tick by hand.
    bar.dispatchEvent(new Event('change', { bubbles: true }));
  };

  root.addEventListener('click', click);
  root.addEventListener('change', show);
  root.addEventListener('lx:filled', show);
  show();
  return () => {
    root.removeEventListener('click', click);
    root.removeEventListener('change', show);
    root.removeEventListener('lx:filled', show);
  };
}
