/**
 * Lets this device show messages: asks the browser for permission, then hands its subscription to the server.
 *
 *     <section data-island="push-device" data-push-key="B…" data-push-url="…" data-push-csrf="…">
 *       <button type="button" data-push-start hidden>…</button>
 *       <p data-push-unable hidden>…</p> <p data-push-denied hidden>…</p> <p data-push-said role="status"></p>
 *     </section>
 *
 * The browser is asked only after a tap on the button. Ending a device is a form of the page: it works without this.
 */
const WAIT_FOR_WORKER = 8000;

export default function pushDevice(section: HTMLElement): (() => void) | undefined {
  const part = (name: string): HTMLElement | null => section.querySelector(`[data-push-${name}]`);
  const button = part('start') as HTMLButtonElement | null;
  const said = part('said');
  if (!button || !said) return undefined;

  const show = (name: string): void => part(name)?.removeAttribute('hidden');
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) {
    show('unable');
    return undefined;
  }
  if (Notification.permission === 'denied') {
    show('denied');
    return undefined;
  }
  button.hidden = false;

  const subscribe = async (): Promise<void> => {
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== 'granted') {
        button.hidden = true;
        show('denied');
        return;
      }
      const worker = await readyWorker();
      const key = bytesOf(section.dataset.pushKey ?? '');
      const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const answer = await fetch(section.dataset.pushUrl ?? '', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': section.dataset.pushCsrf ?? '' },
        body: JSON.stringify(subscription),
      });
      const { sentence } = (await answer.json()) as { sentence: string };
      said.textContent = sentence;
      if (answer.ok) window.location.reload();
      else await subscription.unsubscribe();
    } catch {
      show('unable');
    } finally {
      button.disabled = false;
    }
  };
  const click = (): void => void subscribe();
  button.addEventListener('click', click);
  return () => button.removeEventListener('click', click);
}

/** The service worker, once it runs; where none is registered (development) this ends after a while. */
async function readyWorker(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('No service worker runs.')), WAIT_FOR_WORKER);
  });
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** The key of the server as the browser takes it: base64url to bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const padded = text.replace(/-/g, '+').replace(/_/g, '/');
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}
