/**
 * Shows a masked value for half a minute, after a reason was given. The reason is recorded by the server.
 *
 *     <span class="masked" data-island="reveal" data-reveal-url="/members/…/reveal/id_number/" data-reveal-dialog="reveal-1">
 *       <span class="masked-value" data-reveal-value>3705**********1234</span>
 *       <button type="button" data-reveal-open aria-label="显示公民身份号码">…</button>
 *       <span class="masked-left" data-reveal-left role="status"></span>
 *       <dialog id="reveal-1" class="dialog"><form method="post" action="…">
 *         <textarea name="reason" required></textarea><p class="field-error" data-reveal-error hidden></p> <button>显示</button>
 *       </form></dialog>
 *     </span>
 *
 * The address takes `reason` by POST and answers `{"value": "…"}`; 422 answers `{"detail": "…"}` are shown as they are.
 */
import { postForm } from '../server';
import { say } from '../words';

const SHOWN_SECONDS = 30;

export default function reveal(root: HTMLElement): (() => void) | undefined {
  const value = root.querySelector<HTMLElement>('[data-reveal-value]');
  const opener = root.querySelector<HTMLButtonElement>('[data-reveal-open]');
  const left = root.querySelector<HTMLElement>('[data-reveal-left]');
  const dialog = root.querySelector('dialog');
  const form = dialog?.querySelector<HTMLFormElement>('form[data-reveal-form]');
  if (!value || !opener || !dialog || !form) return undefined;
  const error = form.querySelector<HTMLElement>('[data-reveal-error]');
  const masked = value.textContent ?? '';
  let timer: number | undefined;

  const hide = (): void => {
    window.clearInterval(timer);
    value.textContent = masked;
    value.classList.remove('masked-clear');
    if (left) left.textContent = '';
    opener.hidden = false;
  };

  const show = (clear: string): void => {
    let seconds = SHOWN_SECONDS;
    value.textContent = clear;
    value.classList.add('masked-clear');
    opener.hidden = true;
    const tell = (): void => {
      // Spoken once; the seconds that follow would interrupt a screen reader thirty times.
      if (left) left.textContent = say('revealLeft', { seconds });
      left?.setAttribute('aria-live', 'off');
    };
    left?.setAttribute('aria-live', 'polite');
    tell();
    timer = window.setInterval(() => {
      seconds -= 1;
      if (seconds <= 0) hide();
      else tell();
    }, 1000);
  };

  const open = (): void => dialog.showModal();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const reason = String(new FormData(form).get('reason') ?? '');
    try {
      const answer = await postForm<{ value: string }>(root.dataset.revealUrl ?? form.action, { reason });
      dialog.close();
      form.reset();
      if (error) error.hidden = true;
      show(answer.value);
    } catch (failure) {
      if (error) {
        error.textContent = failure instanceof Error ? failure.message : say('revealFailed');
        error.hidden = false;
      }
    }
  };
  const onSubmit = (event: Event): void => void submit(event);

  opener.addEventListener('click', open);
  form.addEventListener('submit', onSubmit);
  window.addEventListener('pagehide', hide);
  return () => {
    hide();
    opener.removeEventListener('click', open);
    form.removeEventListener('submit', onSubmit);
    window.removeEventListener('pagehide', hide);
  };
}
