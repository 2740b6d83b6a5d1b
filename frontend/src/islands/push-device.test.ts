import { afterEach, expect, test, vi } from 'vitest';
import { page, settled } from '../test-page';
import pushDevice, { bytesOf } from './push-device';

const HTML = `<section data-push-key="BAEC" data-push-url="/devices/" data-push-csrf="token">
  <button type="button" data-push-start hidden>on</button>
  <p data-push-unable hidden></p><p data-push-denied hidden></p><p data-push-said></p></section>`;

afterEach(() => vi.unstubAllGlobals());

function browser(permission: string, answer: { ok: boolean; sentence: string }) {
  const unsubscribe = vi.fn(async () => true);
  const subscribe = vi.fn(async () => ({ toJSON: () => ({ endpoint: 'https://push.example/1' }), unsubscribe }));
  const send = vi.fn(async () => ({ ok: answer.ok, json: async () => ({ sentence: answer.sentence }) }));
  vi.stubGlobal('navigator', { serviceWorker: { ready: Promise.resolve({ pushManager: { subscribe } }) } });
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', { permission, requestPermission: async () => 'granted' });
  vi.stubGlobal('fetch', send);
  return { subscribe, send, unsubscribe };
}

test('asks the browser only after a tap, and hands the subscription to the server', async () => {
  const { subscribe, send, unsubscribe } = browser('default', { ok: false, sentence: '已有十台设备' });
  const section = page(HTML);
  pushDevice(section);
  const button = section.querySelector('button') as HTMLButtonElement;
  expect(button.hidden).toBe(false);
  expect(subscribe).not.toHaveBeenCalled();
  button.click();
  for (let turn = 0; turn < 5; turn += 1) await settled();
  expect(subscribe).toHaveBeenCalledOnce();
  expect(send).toHaveBeenCalledWith('/devices/', expect.objectContaining({ method: 'POST' }));
  expect(section.querySelector('[data-push-said]')?.textContent).toBe('已有十台设备');
  expect(unsubscribe).toHaveBeenCalledOnce();
});

test('says so where notifications are blocked, and offers no button', () => {
  browser('denied', { ok: true, sentence: '' });
  const section = page(HTML);
  pushDevice(section);
  expect((section.querySelector('button') as HTMLButtonElement).hidden).toBe(true);
  expect((section.querySelector('[data-push-denied]') as HTMLElement).hidden).toBe(false);
});

test('says so where the browser cannot', () => {
  vi.stubGlobal('navigator', {});
  const section = page(HTML);
  pushDevice(section);
  expect((section.querySelector('[data-push-unable]') as HTMLElement).hidden).toBe(false);
});

test('reads the key of the server', () => {
  expect([...bytesOf('BAEC-_8')]).toEqual([4, 1, 2, 251, 255]);
});
