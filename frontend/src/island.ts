/**
 * Islands: small behaviours that begin when an element with `data-island="name"` is on the page.
 *
 *     <button data-island="copy" data-copy-text="3705…">Copy</button>
 *
 * Each lives in `islands/name.ts`, exports a default function that receives the element, and may return another that
 * ends it. The file is fetched the first time the element appears.
 */
export type Island = (element: HTMLElement) => (() => void) | undefined;

type Loader = () => Promise<{ default: Island }>;

const started = new WeakMap<HTMLElement, Set<string>>();
const running = new Map<HTMLElement, Array<() => void>>();

/** Starts every island inside `root` that has not begun yet; safe to call again after each change of the page. */
export async function startIslands(root: ParentNode, loaders: Record<string, Loader>): Promise<void> {
  const starting: Array<Promise<void>> = [];
  for (const element of root.querySelectorAll<HTMLElement>('[data-island]')) {
    for (const name of (element.dataset.island ?? '').split(/\s+/).filter(Boolean)) {
      const begun = started.get(element) ?? new Set();
      if (begun.has(name)) continue;
      begun.add(name);
      started.set(element, begun);
      const load = loaders[name];
      if (!load) {
        console.error(`There is no island called "${name}".`);
        continue;
      }
      starting.push(start(element, load));
    }
  }
  await Promise.all(starting);
}

async function start(element: HTMLElement, load: Loader): Promise<void> {
  const { default: island } = await load();
  if (!element.isConnected) return;
  const end = island(element);
  if (end) running.set(element, [...(running.get(element) ?? []), end]);
}

/** Ends the islands whose elements have left the page: timers stop, listeners on the document go. */
export function endLostIslands(): void {
  for (const [element, ends] of running) {
    if (element.isConnected) continue;
    running.delete(element);
    for (const end of ends) end();
  }
}
