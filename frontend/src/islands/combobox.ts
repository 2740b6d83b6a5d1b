/**
 * Choosing one of many by name, pinyin or initials (the ARIA combobox pattern). The visible input is for people, the
 * hidden one carries the value.
 *
 *     <div class="combobox" data-island="combobox" data-url="/organisations/choices/">
 *       <input type="text" class="form-control" role="combobox" id="id_parent_text" value="北宋镇党委" autocomplete="off">
 *       <input type="hidden" name="parent" value="0192…">
 *     </div>
 *
 * Whoever takes a choice elsewhere (`combobox-many`) prevents the default of `lx:chosen`: the field is then empty again.
 *
 * The address takes `q` and answers `{"results": [{"value": "…", "label": "…", "hint": "…"}]}` with at most 20 results.
 */
import { readJson, withQuery } from '../server';
import { say } from '../words';

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

const WAIT_MS = 200;
let serial = 0;

export default function combobox(root: HTMLElement): (() => void) | undefined {
  const input = root.querySelector<HTMLInputElement>('input[role="combobox"]');
  const hidden = root.querySelector<HTMLInputElement>('input[type="hidden"]');
  const url = root.dataset.url ?? '';
  if (!input || !hidden || !url) return undefined;

  serial += 1;
  const list = document.createElement('ul');
  list.className = 'combobox-list';
  list.id = `combobox-list-${serial}`;
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  const name = input.labels?.[0]?.textContent?.trim();
  if (name) list.setAttribute('aria-label', name);
  const status = document.createElement('div');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  root.append(list, status);
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-autocomplete', 'list');

  let choices: Choice[] = [];
  let active = -1;
  let chosen: Choice = { value: hidden.value, label: input.value };
  let timer: number | undefined;
  let asking: AbortController | undefined;

  const close = (): void => {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };

  const setActive = (index: number): void => {
    active = index;
    [...list.children].forEach((option, at) => {
      if (option.getAttribute('role') === 'option') option.setAttribute('aria-selected', String(at === index));
    });
    const option = list.children[index];
    if (option && index >= 0) {
      input.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  };

  const choose = (choice: Choice): void => {
    const keeps = root.dispatchEvent(new CustomEvent('lx:chosen', { bubbles: true, cancelable: true, detail: choice }));
    chosen = keeps ? choice : { value: '', label: '' };
    input.value = chosen.label;
    hidden.value = chosen.value;
    hidden.dispatchEvent(new Event('change', { bubbles: true }));
    close();
  };

  const message = (sentence: string): void => {
    // A listbox may only hold options, so a sentence is a disabled one.
    const line = document.createElement('li');
    line.className = 'combobox-message';
    line.setAttribute('role', 'option');
    line.setAttribute('aria-disabled', 'true');
    line.setAttribute('aria-selected', 'false');
    line.textContent = sentence;
    list.replaceChildren(line);
    status.textContent = sentence;
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  };

  const show = (): void => {
    active = -1;
    if (choices.length === 0) {
      message(say('noMatch'));
      return;
    }
    list.replaceChildren(
      ...choices.map((choice, index) => {
        const option = document.createElement('li');
        option.className = 'combobox-option';
        option.id = `${list.id}-${index}`;
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        const label = document.createElement('span');
        label.textContent = choice.label;
        option.append(label);
        if (choice.hint) {
          const hint = document.createElement('small');
          hint.textContent = choice.hint;
          option.append(hint);
        }
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          choose(choice);
        });
        return option;
      }),
    );
    status.textContent = say('matches', { count: choices.length });
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  };

  const ask = async (): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await readJson<{ results: Choice[] }>(withQuery(url, { q: input.value.trim() }), asking.signal);
      choices = answer.results;
      show();
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === 'AbortError') return;
      choices = [];
      message(failure instanceof Error ? failure.message : say('loadFailed'));
    }
  };

  const typed = (): void => {
    hidden.value = '';
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT_MS);
  };

  const press = (event: KeyboardEvent): void => {
    const open = !list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) void ask();
      else if (choices.length > 0) {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setActive((active + step + choices.length + (active < 0 && step < 0 ? 1 : 0)) % choices.length);
      }
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      const choice = choices[active] ?? (choices.length === 1 ? choices[0] : undefined);
      if (choice) choose(choice);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };

  /** Text without a choice is no choice: an emptied field stays empty, anything else goes back to what was chosen. */
  const left = (): void => {
    window.clearTimeout(timer);
    asking?.abort();
    close();
    if (input.value.trim() === '') chosen = { value: '', label: '' };
    input.value = chosen.label;
    hidden.value = chosen.value;
  };

  input.addEventListener('input', typed);
  input.addEventListener('keydown', press);
  input.addEventListener('blur', left);
  return () => {
    window.clearTimeout(timer);
    asking?.abort();
    list.remove();
    status.remove();
    input.removeEventListener('input', typed);
    input.removeEventListener('keydown', press);
    input.removeEventListener('blur', left);
  };
}
