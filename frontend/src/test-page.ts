/** Puts HTML on the test page and returns its first element. */
export function page<T extends HTMLElement = HTMLElement>(html: string): T {
  document.documentElement.lang = 'zh-Hans';
  document.body.innerHTML = html;
  return document.body.firstElementChild as T;
}

/** Waits until the promises that are already under way have settled. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
