/**
 * Copies text and says so.
 *
 *     <button data-island="copy" data-copy-text="LX-2026-0001">复制编号</button>
 *     <button data-island="copy" data-copy-from="#letter">复制全文</button>
 */
import { showToast } from '../shell/toasts';
import { say } from '../words';

export default function copy(button: HTMLElement): () => void {
  const run = async (): Promise<void> => {
    const from = button.dataset.copyFrom;
    const text = button.dataset.copyText ?? (from ? document.querySelector(from)?.textContent?.trim() : '') ?? '';
    try {
      await navigator.clipboard.writeText(text);
      showToast(say('copied'), 'ok');
    } catch {
      showToast(say('copyFailed'), 'due');
    }
  };
  const click = (): void => void run();
  button.addEventListener('click', click);
  return () => button.removeEventListener('click', click);
}
