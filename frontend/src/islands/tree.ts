/**
 * The organisation tree: a level at a time, by mouse, touch and keyboard (the ARIA tree pattern).
 *
 *     <ul class="tree" role="tree" aria-label="党组织" data-island="tree">
 *       <li role="treeitem" aria-level="1" aria-expanded="false" data-tree-url="/organisations/tree/…/">
 *         <div class="tree-node"><span class="tree-toggle" data-tree-toggle>›</span><a class="tree-label" href="…">北宋镇党委</a></div>
 *       </li>
 *     </ul>
 *
 * The address answers HTML: the `<li role="treeitem">` elements of the children (ui/components/tree_node.html).
 * Keys: up and down move, right opens, left closes or goes to the parent, Home, End, Enter follows the link, a letter
 * jumps to the next name that begins with it.
 */
import { readHtml } from '../server';
import { say } from '../words';

export default function tree(root: HTMLElement): () => void {
  const items = (): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('[role="treeitem"]')].filter((item) => {
      for (let up = item.parentElement?.closest<HTMLElement>('[role="treeitem"]'); up && root.contains(up); ) {
        if (up.getAttribute('aria-expanded') !== 'true') return false;
        up = up.parentElement?.closest<HTMLElement>('[role="treeitem"]') ?? null;
      }
      return true;
    });

  const focusOn = (item: HTMLElement | undefined | null): void => {
    if (!item) return;
    for (const other of root.querySelectorAll('[role="treeitem"][tabindex="0"]')) other.setAttribute('tabindex', '-1');
    item.setAttribute('tabindex', '0');
    item.focus();
  };

  const prepare = (): void => {
    for (const item of root.querySelectorAll<HTMLElement>('[role="treeitem"]:not([tabindex])')) {
      item.tabIndex = -1;
      item.querySelector<HTMLElement>(':scope > .tree-node a')?.setAttribute('tabindex', '-1');
    }
    if (!root.querySelector('[role="treeitem"][tabindex="0"]')) {
      const first = root.querySelector<HTMLElement>('[aria-current="true"]') ?? items()[0];
      first?.setAttribute('tabindex', '0');
    }
  };

  const groupOf = (item: HTMLElement): HTMLElement => {
    const present = item.querySelector<HTMLElement>(':scope > [role="group"]');
    if (present) return present;
    const group = document.createElement('ul');
    group.setAttribute('role', 'group');
    item.append(group);
    return group;
  };

  const open = async (item: HTMLElement): Promise<void> => {
    if (item.getAttribute('aria-expanded') !== 'false') return;
    const group = groupOf(item);
    item.setAttribute('aria-expanded', 'true');
    group.hidden = false;
    if (group.querySelector('[role="treeitem"]') || !item.dataset.treeUrl) return;
    item.setAttribute('aria-busy', 'true');
    tell(group, say('loading'));
    try {
      group.innerHTML = await readHtml(item.dataset.treeUrl);
      prepare();
      document.dispatchEvent(new CustomEvent('lx:added', { detail: group }));
    } catch (failure) {
      tell(group, failure instanceof Error ? failure.message : say('loadFailed'));
      item.setAttribute('aria-expanded', 'false');
    } finally {
      item.removeAttribute('aria-busy');
    }
  };

  const tell = (group: HTMLElement, sentence: string): void => {
    const line = document.createElement('li');
    line.className = 'tree-message';
    line.setAttribute('role', 'none');
    line.textContent = sentence;
    group.replaceChildren(line);
  };

  const close = (item: HTMLElement): void => {
    if (item.getAttribute('aria-expanded') !== 'true') return;
    item.setAttribute('aria-expanded', 'false');
    groupOf(item).hidden = true;
  };

  const toggle = (item: HTMLElement): void => {
    if (item.getAttribute('aria-expanded') === 'true') close(item);
    else void open(item);
  };

  const click = (event: MouseEvent): void => {
    const target = event.target as Element;
    const item = target.closest<HTMLElement>('[role="treeitem"]');
    if (!item) return;
    if (target.closest('[data-tree-toggle]')) {
      toggle(item);
      focusOn(item);
    }
  };

  const letter = (all: HTMLElement[], from: number, key: string): HTMLElement | undefined => {
    const order = [...all.slice(from + 1), ...all.slice(0, from)];
    return order.find((item) =>
      item.querySelector('.tree-label')?.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()),
    );
  };

  const press = (event: KeyboardEvent): void => {
    const item = (event.target as Element).closest<HTMLElement>('[role="treeitem"]');
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = items();
    const index = all.indexOf(item);
    const expanded = item.getAttribute('aria-expanded');
    switch (event.key) {
      case 'ArrowDown':
        focusOn(all[index + 1]);
        break;
      case 'ArrowUp':
        focusOn(all[index - 1]);
        break;
      case 'ArrowRight':
        if (expanded === 'true') focusOn(item.querySelector<HTMLElement>('[role="group"] > [role="treeitem"]'));
        else void open(item);
        break;
      case 'ArrowLeft':
        if (expanded === 'true') close(item);
        else focusOn(item.parentElement?.closest<HTMLElement>('[role="treeitem"]'));
        break;
      case 'Home':
        focusOn(all[0]);
        break;
      case 'End':
        focusOn(all.at(-1));
        break;
      case 'Enter':
      case ' ':
        item.querySelector<HTMLElement>(':scope > .tree-node a')?.click();
        break;
      default:
        if (event.key.length !== 1) return;
        focusOn(letter(all, index, event.key));
    }
    event.preventDefault();
  };

  root.addEventListener('click', click);
  root.addEventListener('keydown', press);
  prepare();
  return () => {
    root.removeEventListener('click', click);
    root.removeEventListener('keydown', press);
  };
}
