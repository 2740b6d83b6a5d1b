/**
 * The kit for a hall without network: who is here, the quorum, notes and shows of hands, kept on the phone and sent later.
 *
 *     <main data-island="hall-kit" data-kit="activity">… see activities/hall_kit.html …</main>
 *
 * Every act is written to IndexedDB before the screen shows it, and leaves the phone only when the server has said that
 * it took it. What waits is amber with its count; what differs from another phone is shown, and a person decides.
 */
import { type Act, CLOCKS_MAY_DIFFER, isClosed, type Kit } from '../hall/acts';
import { KitScreen } from '../hall/screen';
import { type Sent, SYNC_TAG, sendActs } from '../hall/sending';
import { actsOf, forgetKit, keepAct, kitOf, kits, PAGES, replaceAct } from '../hall/store';
import { say } from '../words';

const AGAIN = 30_000;
const SOON = 800;
const WEEK = 7 * 24 * 3_600_000;

export default function hallKit(element: HTMLElement): () => void {
  const activity = element.dataset.kit ?? '';
  let kit: Kit | undefined;
  let acts: Act[] = [];
  let timer = 0;
  let ended = false;

  const now = (): number => Date.now() + (kit && Math.abs(kit.offset) > CLOCKS_MAY_DIFFER ? kit.offset : 0);

  const screen = new KitScreen(element, activity, now, {
    do: (kind, about, seen, facts) => keep(made(kind, about, seen, facts)),
    decide: (act, replaced, seen) =>
      void keep(seen === undefined ? undefined : made(act.kind, act.about, seen, act.facts), replaced),
    send: () => void send(),
  });

  const made = (kind: Act['kind'], about: string, seen: string, facts: Act['facts']): Act => ({
    nonce: crypto.randomUUID(),
    activity,
    account: kit?.listed.account ?? '',
    order: Date.now() + acts.length / 10_000,
    kind,
    about,
    made_at: new Date(now()).toISOString(),
    seen,
    facts,
    state: 'waiting',
  });

  /** Writes an act (in place of others, where a person decided) and shows it only then; whether it was written. */
  const keep = async (act: Act | undefined, replaced: Act[] = []): Promise<boolean> => {
    try {
      const [first, ...others] = replaced;
      if (act && first) await replaceAct(first.nonce, act);
      else if (act) await keepAct(act);
      for (const one of act ? others : replaced) await screen.drop(one);
    } catch (reason) {
      screen.lost(say('kitLost', { reason: reason instanceof Error ? reason.message : String(reason) }));
      return false;
    }
    screen.lost('');
    await show();
    later(SOON);
    return true;
  };

  const show = async (): Promise<void> => {
    acts = await actsOf(activity);
    if (!ended) screen.draw(kit, acts);
  };

  const later = (wait: number): void => {
    window.clearTimeout(timer);
    if (!ended) timer = window.setTimeout(() => void send(), wait);
  };

  const send = async (): Promise<void> => {
    window.clearTimeout(timer);
    let sent: Sent;
    try {
      sent = await sendActs(activity);
    } catch (reason) {
      screen.lost(say('kitLost', { reason: reason instanceof Error ? reason.message : String(reason) }));
      later(AGAIN);
      return;
    }
    if (ended) return;
    kit = sent.kit ?? kit;
    screen.told(sent);
    await show();
    if (acts.some((act) => act.state === 'waiting')) {
      if (sent.outcome !== 'signed_out') later(AGAIN);
      await askForSync();
    } else if (sent.outcome !== 'offline' && !acts.length && kit && !isClosed(kit.listed)) {
      await keepPage(screen);
    }
  };

  const back = (): void => void send();
  const seen = (): void => {
    if (document.visibilityState === 'visible') void send();
  };
  const gone = (): void => screen.told({ outcome: 'offline', taken: 0 });

  const begin = async (): Promise<void> => {
    await forgetOldKits();
    kit = await kitOf(activity);
    await show();
    await send();
  };
  void begin();
  window.addEventListener('online', back);
  window.addEventListener('offline', gone);
  document.addEventListener('visibilitychange', seen);
  return () => {
    ended = true;
    window.clearTimeout(timer);
    window.removeEventListener('online', back);
    window.removeEventListener('offline', gone);
    document.removeEventListener('visibilitychange', seen);
  };
}

/** Lets the worker send when the network is back, also after the page was closed; where the browser can. */
async function askForSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register(SYNC_TAG).catch(() => undefined);
}

/** Keeps this page on the phone, so that it opens without network; says so only when it does. */
async function keepPage(screen: KitScreen): Promise<void> {
  if (!('serviceWorker' in navigator) || !('caches' in window)) {
    screen.ready('kitUnable');
    return;
  }
  await navigator.serviceWorker.ready;
  const answer = await fetch(location.pathname, { credentials: 'same-origin', redirect: 'manual' }).catch(
    () => undefined,
  );
  if (!answer?.ok) return;
  await (await caches.open(PAGES)).put(location.pathname, answer);
  await navigator.storage?.persist?.().catch(() => false);
  screen.ready('kitReady');
}

/** Lists of activities long over go, unless something of theirs still waits. */
async function forgetOldKits(): Promise<void> {
  for (const one of await kits()) {
    const over = Date.parse(one.listed.activity.ends_at) + WEEK < Date.now();
    if (over && !(await actsOf(one.activity)).length) await forgetKit(one.activity);
  }
}
