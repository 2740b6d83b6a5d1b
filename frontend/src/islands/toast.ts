/**
 * A message that can be closed, and leaves by itself when `data-toast-seconds` is set. Waits while the pointer or the
 * focus is on it, so that slow readers are not hurried.
 *
 *     <li class="toast toast-ok" data-island="toast" data-toast-seconds="8">
 *       … <button data-toast-close>关闭</button>
 *     </li>
 */
export default function toast(element: HTMLElement): () => void {
  const seconds = Number(element.dataset.toastSeconds ?? 0);
  let timer: number | undefined;

  const leave = (): void => element.remove();
  const wait = (): void => window.clearTimeout(timer);
  const count = (): void => {
    wait();
    if (seconds > 0) timer = window.setTimeout(leave, seconds * 1000);
  };

  element.querySelector('[data-toast-close]')?.addEventListener('click', leave);
  element.addEventListener('pointerenter', wait);
  element.addEventListener('pointerleave', count);
  element.addEventListener('focusin', wait);
  element.addEventListener('focusout', count);
  count();
  return wait;
}
