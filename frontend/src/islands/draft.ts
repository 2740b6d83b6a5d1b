/**
 * Keeps what was typed into a form on this device until it is submitted, and gives it back with a notice.
 *
 *     <form data-island="draft" data-draft-key="member-new">
 *       <div class="draft-notice" data-draft-notice hidden></div> …
 *
 * Never kept: passwords, files, hidden fields, and every field with `autocomplete="off"` (identity numbers, phones,
 * bank accounts carry it). Drafts older than seven days are thrown away.
 */
import { type Filled, read, write } from '../fields';
import { say } from '../words';

const WEEK_MS = 7 * 24 * 3600 * 1000;
const WAIT_MS = 500;

interface Draft {
  at: number;
  fields: Filled;
}

export default function draft(element: HTMLElement): (() => void) | undefined {
  if (!(element instanceof HTMLFormElement)) return undefined;
  const form = element;
  const key = `lx-draft:${form.dataset.draftKey ?? location.pathname}`;
  const notice = form.querySelector<HTMLElement>('[data-draft-notice]');
  const original = read(form);
  let timer: number | undefined;

  const forget = (): void => {
    window.clearTimeout(timer);
    localStorage.removeItem(key);
  };

  const keep = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: read(form) } satisfies Draft));
      } catch {
        // A full or forbidden store must not disturb the person who is writing.
      }
    }, WAIT_MS);
  };

  const announce = (at: number): void => {
    if (!notice) return;
    const time = new Intl.DateTimeFormat(document.documentElement.lang || 'zh-CN', {
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    }).format(at);
    const words = document.createElement('span');
    words.textContent = say('draftFound', { time });
    const discard = document.createElement('button');
    discard.type = 'button';
    discard.className = 'btn btn-quiet btn-compact';
    discard.textContent = say('draftDiscard');
    discard.addEventListener('click', () => {
      write(form, original);
      forget();
      notice.hidden = true;
    });
    notice.setAttribute('role', 'status');
    notice.replaceChildren(words, discard);
    notice.hidden = false;
  };

  const restore = (): void => {
    const kept = localStorage.getItem(key);
    // A form that came back with errors shows what was just submitted; that is newer than any draft.
    if (!kept || form.querySelector('[aria-invalid="true"]')) return;
    try {
      const found = JSON.parse(kept) as Draft;
      if (Date.now() - found.at > WEEK_MS) {
        forget();
        return;
      }
      if (JSON.stringify(found.fields) === JSON.stringify(original)) return;
      write(form, found.fields);
      announce(found.at);
    } catch {
      forget();
    }
  };

  form.addEventListener('input', keep);
  form.addEventListener('change', keep);
  form.addEventListener('submit', forget);
  restore();
  return () => {
    window.clearTimeout(timer);
    form.removeEventListener('input', keep);
    form.removeEventListener('change', keep);
    form.removeEventListener('submit', forget);
  };
}
