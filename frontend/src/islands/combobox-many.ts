/**
 * Choosing several of many: a combobox puts what is chosen on the lines of a text box, which is what the form sends.
 *
 *     <div class="combobox-many" data-island="combobox-many">
 *       <div class="stack stack-tight" data-many-search hidden>
 *         <div class="combobox" data-island="combobox" data-url="…"><input type="text" role="combobox"> …</div>
 *         <ul class="cluster" data-many-chosen></ul></div>
 *       <details open><summary>…</summary><textarea name="picked"></textarea></details></div>
 *
 * Without script there is the text box alone, one name or code a line. With it each line is also a button that takes
 * the line off, and the text box is folded away, to paste a list.
 */
import { say } from '../words';
import type { Choice } from './combobox';

export default function comboboxMany(root: HTMLElement): (() => void) | undefined {
  const search = root.querySelector<HTMLElement>('[data-many-search]');
  const chosen = root.querySelector<HTMLElement>('[data-many-chosen]');
  const input = root.querySelector<HTMLInputElement>('input[role="combobox"]');
  const box = root.querySelector('textarea');
  if (!search || !chosen || !input || !box) return undefined;

  const lines = (): string[] => [
    ...new Set(
      box.value
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ];

  const write = (wanted: string[]): void => {
    box.value = wanted.join('\n');
    // What keeps drafts listens for it, as it does for typing.
    box.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const show = (): void => {
    chosen.replaceChildren(
      ...lines().map((line) => {
        const off = document.createElement('button');
        off.type = 'button';
        off.className = 'chip chip-on';
        off.textContent = `${line} ×`;
        off.setAttribute('aria-label', say('takeOff', { name: line }));
        off.addEventListener('click', () => {
          write(lines().filter((other) => other !== line));
          input.focus();
        });
        const item = document.createElement('li');
        item.append(off);
        return item;
      }),
    );
  };

  const add = (event: Event): void => {
    const choice = (event as CustomEvent<Choice>).detail;
    event.preventDefault();
    write([...new Set([...lines(), `${choice.label}（${choice.value}）`])]);
  };

  search.hidden = false;
  const fold = box.closest('details');
  if (fold && box.getAttribute('aria-invalid') !== 'true') fold.open = false;
  const form = root.closest('form');
  root.addEventListener('lx:chosen', add);
  box.addEventListener('input', show);
  form?.addEventListener('lx:filled', show);
  show();
  return () => {
    root.removeEventListener('lx:chosen', add);
    box.removeEventListener('input', show);
    form?.removeEventListener('lx:filled', show);
  };
}
