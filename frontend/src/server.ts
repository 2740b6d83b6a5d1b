/** Requests to our own server outside htmx: same origin, with the CSRF token, failures as sentences. */
import { say } from './words';

/** The request did not succeed; `message` is a sentence for people. */
export class RequestFailed extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The token Django checks on every write, from `<meta name="csrf-token">`. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';
}

/** What to tell people about an HTTP status; 0 means that the server was not reached. */
export function sentenceFor(status: number): string {
  if (status === 0) return say('offline');
  if (status === 401 || status === 403) return say('notAllowed');
  if (status === 404) return say('notFound');
  return say('serverTrouble');
}

/** True when the browser was led to the sign-in page instead of an answer. */
export function endedAtSignIn(response: Response | undefined, signIn: string): boolean {
  if (!response) return false;
  if (response.status === 401) return true;
  return Boolean(signIn) && response.redirected && new URL(response.url).pathname === signIn;
}

async function request(url: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestFailed(say('offline'), 0);
  }
  if (!response.ok) throw new RequestFailed(await sentenceOf(response), response.status);
  return response;
}

/** The server's own sentence (`detail` of a JSON answer), or ours for the status. */
async function sentenceOf(response: Response): Promise<string> {
  if (!response.headers.get('Content-Type')?.includes('json')) return sentenceFor(response.status);
  const said = (await response.json().catch(() => null)) as { detail?: unknown } | null;
  return typeof said?.detail === 'string' ? said.detail : sentenceFor(response.status);
}

/** Asks without being asked: the server does not take it for a sign of life, so an idle session still ends. */
export async function pollJson<T>(url: string): Promise<T> {
  const headers = { Accept: 'application/json', 'Lx-Background': '1' };
  return (await (await request(url, { headers })).json()) as T;
}

/** Reads JSON. Throws RequestFailed. */
export async function readJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const options: RequestInit = { headers: { Accept: 'application/json' } };
  if (signal) options.signal = signal;
  return (await (await request(url, options)).json()) as T;
}

/** Reads an HTML fragment. Throws RequestFailed. */
export async function readHtml(url: string): Promise<string> {
  return (await request(url, { headers: { Accept: 'text/html', 'HX-Request': 'true' } })).text();
}

/** Posts a form and reads JSON. Throws RequestFailed; `status` 422 means that the server refused the input. */
export async function postForm<T>(url: string, fields: Record<string, string>): Promise<T> {
  const response = await request(url, {
    method: 'POST',
    headers: { Accept: 'application/json', 'X-CSRFToken': csrfToken() },
    body: new URLSearchParams(fields),
  });
  return (await response.json()) as T;
}

/** The URL `base` with query parameters added; relative addresses stay relative to the site. */
export function withQuery(base: string, fields: Record<string, string>): string {
  const url = new URL(base, location.href);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.pathname + url.search;
}
