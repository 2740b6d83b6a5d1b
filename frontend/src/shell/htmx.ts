/**
 * htmx 4, told once how we work.
 *
 * - 422 answers are swapped (htmx 4 swaps errors by default); 401, 403, 404 and 5xx are not: they become a toast.
 * - The CSRF token goes with every request that writes.
 * - A request that ended on the sign-in page (the session ran out) reloads, so that the whole page asks to sign in.
 * - `hx-confirm` uses our dialog.
 * - Never write `hx-on`, `js:` or a trigger filter in brackets: they need eval, which the content security policy forbids.
 *
 * Settings htmx reads before any script of ours stand in `<meta name="htmx-config">` of ui/document.html.
 */
import htmx from 'htmx.org';
import { csrfToken, endedAtSignIn, sentenceFor } from '../server';
import { confirmWith } from './confirm';
import { showToast } from './toasts';

interface RequestContext {
  confirm?: string;
  request: { method: string; headers: Record<string, string> };
  response?: { status: number; raw: Response };
}

interface RequestEvent extends CustomEvent<{ ctx: RequestContext; error?: unknown }> {}

interface ConfirmEvent
  extends CustomEvent<{ ctx: RequestContext; issueRequest: () => void; dropRequest: () => void }> {}

/** Connects htmx with tokens, errors, confirmation and islands; `afterSwap` runs whenever the page changed. */
export function setUpHtmx(afterSwap: () => void): void {
  const signIn = document.querySelector<HTMLMetaElement>('meta[name="sign-in"]')?.content ?? '';

  // htmx reads patterns such as '5xx' here; its types say numbers only.
  (htmx.config as { noSwap: Array<number | string> }).noSwap = [204, 304, 401, 403, 404, '5xx'];

  document.addEventListener('htmx:config:request', (event) => {
    const { request } = (event as RequestEvent).detail.ctx;
    if (!/^(get|head|options)$/i.test(request.method)) request.headers['X-CSRFToken'] = csrfToken();
  });

  document.addEventListener('htmx:before:response', (event) => {
    const { response } = (event as RequestEvent).detail.ctx;
    if (!endedAtSignIn(response?.raw, signIn)) return;
    event.preventDefault();
    location.reload();
  });

  document.addEventListener('htmx:response:error', (event) => {
    const status = (event as RequestEvent).detail.ctx.response?.status ?? 0;
    if (status !== 422 && status !== 400) showToast(sentenceFor(status), 'late');
  });

  document.addEventListener('htmx:error', (event) => {
    if (!(event as RequestEvent).detail.ctx?.response) showToast(sentenceFor(0), 'late');
  });

  document.addEventListener('htmx:confirm', (event) => {
    const { ctx, issueRequest, dropRequest } = (event as ConfirmEvent).detail;
    if (!ctx.confirm) return;
    event.preventDefault();
    void confirmWith(ctx.confirm).then((agreed) => (agreed ? issueRequest() : dropRequest()));
  });

  document.addEventListener('htmx:after:swap', afterSwap);
  document.addEventListener('htmx:after:history:update', afterSwap);
}
