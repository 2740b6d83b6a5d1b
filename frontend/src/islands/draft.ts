/**
 * Keeps what was typed into a form on this device until it is submitted, and gives it back with a notice.
 *
 *     <form data-island="draft" data-draft-key="member-new">
 *       <div class="draft-notice" data-draft-notice hidden></div> …
 *
 * Never kept: passwords, files, hidden fields, and every field with `autocomplete="off"` (identity numbers, phones,
 * bank accounts carry it). Drafts older than seven days are thrown away.
 */
import { say } from '../words';

const WEEK_MS = 7 * 24 * 3600 * 1000;
const WAIT_MS = 500;

interface Draft {
  at: number;
  fields: Record<string, string[]>;
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  const all = [...form.querySelectorAll<Field>('input[name], select[name], textarea[name]')];
  return all.filter(
    (field) =>
      field.autocomplete !== 'off' &&
      !field.closest('[data-draft-never]') &&
      !['password', 'file', 'hidden', 'submit', 'button'].includes(field.type),
  );
}

function isBox(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');
}

function read(form: HTMLFormElement): Draft['fields'] {
  const fields: Draft['fields'] = {};
  for (const field of fieldsOf(form)) {
    const values = fields[field.name] ?? [];
    if (isBox(field)) {
      if (field.checked) values.push(field.value);
    } else if (field instanceof HTMLSelectElement && field.multiple) {
      values.push(...[...field.selectedOptions].map((option) => option.value));
    } else {
      values.push(field.value);
    }
    fields[field.name] = values;
  }
  return fields;
}

function write(form: HTMLFormElement, fields: Draft['fields']): void {
  const taken: Record<string, number> = {};
  for (const field of fieldsOf(form)) {
    const values = fields[field.name];
    if (!values) continue;
    if (isBox(field)) {
      field.checked = values.includes(field.value);
    } else if (field instanceof HTMLSelectElement && field.multiple) {
      for (const option of field.options) option.selected = values.includes(option.value);
    } else {
      const index = taken[field.name] ?? 0;
      taken[field.name] = index + 1;
      field.value = values[index] ?? field.value;
      // What was given back is never folded away unseen.
      if (field.value) field.closest('details')?.setAttribute('open', '');
    }
  }
  // Islands that show what is ticked or counted look again.
  form.dispatchEvent(new Event('lx:filled'));
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
