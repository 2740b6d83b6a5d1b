/**
 * Choosing rows: a box in each row, one for all in the head, Shift for a range, and a bar that appears with the number.
 *
 *     <form data-island="bulk-select" method="post">
 *       <table>
 *         <thead><tr><th><input type="checkbox" data-bulk-all aria-label="全选本页"></th>…
 *         <tbody><tr><td><input type="checkbox" name="selected" value="…" data-bulk-row aria-label="选择王秀兰"></td>…
 *       </table>
 *       <div class="bulk-bar" data-bulk-bar hidden><span data-bulk-count></span> <button>调整党小组</button></div>
 *     </form>
 */
import { say } from '../words';

export default function bulkSelect(root: HTMLElement): () => void {
  let last: HTMLInputElement | undefined;
  let shift = false;

  const rows = (): HTMLInputElement[] => [...root.querySelectorAll<HTMLInputElement>('[data-bulk-row]:not(:disabled)')];

  const show = (): void => {
    const boxes = rows();
    const count = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest('tr')?.setAttribute('aria-selected', String(box.checked));
    const all = root.querySelector<HTMLInputElement>('[data-bulk-all]');
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    const bar = root.querySelector<HTMLElement>('[data-bulk-bar]');
    if (bar) bar.hidden = count === 0;
    const words = root.querySelector('[data-bulk-count]');
    if (words) words.textContent = say('selected', { count });
  };

  const click = (event: MouseEvent): void => {
    shift = event.shiftKey;
  };

  const change = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    if (box.matches('[data-bulk-all]')) {
      for (const row of rows()) row.checked = box.checked;
    } else if (box.matches('[data-bulk-row]')) {
      const boxes = rows();
      if (shift && last && boxes.includes(last)) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b) as [number, number];
        for (const row of boxes.slice(from, to + 1)) row.checked = box.checked;
      }
      last = box;
    } else {
      return;
    }
    show();
  };

  root.addEventListener('click', click, true);
  root.addEventListener('change', change);
  show();
  return () => {
    root.removeEventListener('click', click, true);
    root.removeEventListener('change', change);
  };
}
