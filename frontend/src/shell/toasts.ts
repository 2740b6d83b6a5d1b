/**
 * Short messages at the edge of the page. The container stands in ui/document.html:
 *
 *     <ul class="toasts" id="toasts" role="status" aria-live="polite"></ul>
 *
 * The server may send one with the header `HX-Trigger: {"toast": {"text": "已保存", "state": "ok"}}`.
 */
import { say } from '../words';

export type ToastState = 'ok' | 'due' | 'late' | 'info';

/** Shows a message; "ok" and "info" leave after eight seconds, the others stay until closed. */
export function showToast(text: string, state: ToastState = 'info'): HTMLElement | undefined {
  const container = document.getElementById('toasts');
  if (!container) return undefined;
  const toast = document.createElement('li');
  toast.className = `toast toast-${state}`;
  toast.dataset.island = 'toast';
  if (state === 'ok' || state === 'info') toast.dataset.toastSeconds = '8';

  const mark = document.createElement('span');
  mark.className = `state state-${state}`;
  mark.setAttribute('aria-hidden', 'true');
  const words = document.createElement('div');
  words.textContent = text;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'btn btn-quiet btn-compact';
  close.dataset.toastClose = '';
  close.textContent = say('close');
  toast.append(mark, words, close);
  container.append(toast);
  document.dispatchEvent(new CustomEvent('lx:added', { detail: toast }));
  return toast;
}

/** Listens for toasts the server sends with an htmx answer. */
export function listenForToasts(): void {
  document.addEventListener('toast', (event) => {
    const detail = (event as CustomEvent<{ text?: string; state?: ToastState; value?: string }>).detail;
    const text = detail?.text ?? detail?.value;
    if (text) showToast(text, detail.state ?? 'info');
  });
}
