/**
 * Elder mode (适老化): larger text and targets, simpler pages, one tap away. Without script the form posts and the
 * server sets the cookie; with it the page changes at once.
 *
 *     <form data-island="elder-mode" method="post" action="/ui/mode/">
 *       <input type="hidden" name="mode" value="elder">
 *       <button aria-pressed="false">大字版</button>
 *     </form>
 *
 * The mode is kept in the cookie `lx_mode` (`elder` or `standard`) for a year, and stands on `<html data-mode>`.
 */
const YEAR_SECONDS = 31_536_000;

export default function elderMode(form: HTMLElement): () => void {
  const root = document.documentElement;
  const button = form.querySelector('button');
  const field = form.querySelector<HTMLInputElement>('input[name="mode"]');

  const change = (event: Event): void => {
    event.preventDefault();
    const mode = root.dataset.mode === 'elder' ? 'standard' : 'elder';
    root.dataset.mode = mode;
    const secure = location.protocol === 'https:' ? ';secure' : '';
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in the phones we must serve
    document.cookie = `lx_mode=${mode};path=/;max-age=${YEAR_SECONDS};samesite=lax${secure}`;
    button?.setAttribute('aria-pressed', String(mode === 'elder'));
    if (field) field.value = mode === 'elder' ? 'standard' : 'elder';
  };
  form.addEventListener('submit', change);
  return () => form.removeEventListener('submit', change);
}
