/** Sends what waits on the phone, from the page or from the service worker; twice does no harm. */
import { type Act, type Answer, clockOffset, isClosed, type Kit, type Listed, settled } from './acts';
import { actsOf, allActs, forgetKit, keepAnswers, kitOf } from './store';

/** How sending ended. `signed_out`: the session is over; `stranger`: another account is signed in. */
export type Outcome = 'sent' | 'nothing' | 'offline' | 'signed_out' | 'stranger' | 'refused';

export interface Sent {
  outcome: Outcome;
  sentence?: string;
  kit?: Kit;
  taken: number;
}

export const MOST = 500;
export const SYNC_TAG = 'hall-kit';
const WAIT = 20_000;
const place = (activity: string): string => `/activities/${activity}/hall-kit/`;

class Ended extends Error {
  constructor(
    readonly outcome: Outcome,
    readonly sentence?: string,
  ) {
    super(outcome);
  }
}

async function asked<T>(url: string, options: RequestInit = {}): Promise<T> {
  let answer: Response;
  try {
    const signal = AbortSignal.timeout(WAIT);
    answer = await fetch(url, {
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      signal,
      ...options,
    });
  } catch {
    throw new Ended('offline');
  }
  if (answer.type === 'opaqueredirect' || answer.status === 401) throw new Ended('signed_out');
  const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
  if (answer.ok && isJson) return (await answer.json()) as T;
  if (answer.status >= 500 || answer.status === 429) throw new Ended('offline');
  const said = isJson ? ((await answer.json()) as { detail?: string }) : {};
  throw new Ended('refused', said.detail);
}

/** The list as the server has it now, with the clocks compared. */
async function freshKit(activity: string): Promise<Kit> {
  const askedAt = Date.now();
  const listed = await asked<Listed>(`${place(activity)}list/`, { headers: { Accept: 'application/json' } });
  return { activity, listed, offset: clockOffset(listed.now, askedAt, Date.now()), loadedAt: Date.now() };
}

/** The token is for this session alone and is fetched anew; it is not kept. */
function withoutToken(kit: Kit): Kit {
  return { ...kit, listed: { ...kit.listed, token: '' } };
}

/** Fetches the list and sends what waits for this activity; one at a time, in the page and the worker together. */
export async function sendActs(activity: string): Promise<Sent> {
  const send = (): Promise<Sent> => attempt(activity);
  return navigator.locks?.request(`hall-kit ${activity}`, send) ?? send();
}

async function attempt(activity: string): Promise<Sent> {
  let taken = 0;
  try {
    let kit = await freshKit(activity);
    for (;;) {
      const acts = await actsOf(activity);
      const own = acts.filter((act) => act.account === kit.listed.account);
      const waiting = own.filter((act) => act.state === 'waiting').slice(0, MOST);
      if (!waiting.length) {
        await keepAnswers(withoutToken(kit), [], []);
        if (isClosed(kit.listed) && !acts.length) await forgetKit(activity);
        const others = acts.length > own.length;
        return { outcome: taken ? 'sent' : others ? 'stranger' : 'nothing', kit, taken };
      }
      const { kept, done } = settled(waiting, await post(kit, waiting));
      kit = await freshKit(activity);
      await keepAnswers(withoutToken(kit), kept, done);
      taken += done.length;
    }
  } catch (ended) {
    if (!(ended instanceof Ended)) throw ended;
    const kit = await kitOf(activity);
    return { outcome: ended.outcome, taken, ...(kit && { kit }), ...(ended.sentence && { sentence: ended.sentence }) };
  }
}

async function post(kit: Kit, acts: Act[]): Promise<Answer[]> {
  const body = acts.map(({ nonce, kind, about, made_at, seen, facts }) => ({
    nonce,
    kind,
    about,
    made_at,
    seen,
    facts,
  }));
  const options = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': kit.listed.token, Accept: 'application/json' },
    body: JSON.stringify({ acts: body }),
  };
  return (await asked<{ answers: Answer[] }>(`${place(kit.activity)}acts/`, options)).answers;
}

/** Everything that waits, for the service worker when the network is back and no page is open. */
export async function sendEverything(): Promise<void> {
  const waiting = (await allActs()).filter((act) => act.state === 'waiting');
  for (const activity of new Set(waiting.map((act) => act.activity))) {
    if ((await sendActs(activity)).outcome === 'offline') throw new Error('The network is not back yet.');
  }
}
