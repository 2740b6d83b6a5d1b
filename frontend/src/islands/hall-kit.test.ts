import { readFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Act, Kit } from '../hall/acts';
import type { Sent } from '../hall/sending';
import { page } from '../test-page';
import { say } from '../words';
import hallKit from './hall-kit';

/** What the phone keeps, in memory, and whether it can write. */
const phone = vi.hoisted(() => ({ acts: [] as Act[], drafts: new Map<string, unknown>(), full: false }));
const server = vi.hoisted(() => ({ answer: undefined as unknown as Sent }));
vi.mock('../hall/store', () => ({
  PAGES: 'pages',
  actsOf: async () => [...phone.acts],
  kitOf: async () => undefined,
  kits: async () => [],
  forgetKit: async () => undefined,
  keepAct: async (act: Act) => {
    if (phone.full) throw new Error('QuotaExceededError');
    phone.acts.push(act);
  },
  replaceAct: async () => undefined,
  dropAct: async () => undefined,
  draftOf: async (key: string) => phone.drafts.get(key),
  keepDraft: async (key: string, values: unknown) => void phone.drafts.set(key, values),
  dropDraft: async (key: string) => void phone.drafts.delete(key),
}));
vi.mock('../hall/sending', () => ({ SYNC_TAG: 'hall-kit', sendActs: async () => server.answer }));

/** The template of the page as the server has it, without its tags: the same parts in the same places. */
const TEMPLATE = '../lianxin/activities/templates/activities/hall_kit.html';
const HTML = (/<main[\s\S]*<\/main>/.exec(readFileSync(TEMPLATE, 'utf8'))?.[0] ?? '')
  .replace('data-kit="{{ activity }}"', 'data-kit="a"')
  .replace(/\{% translate "([^"]*)" %\}/g, '$1')
  .replace(/\{[%{].*?[%}]\}/g, '');

function kit(state = 'announced'): Kit {
  const now = new Date().toISOString();
  const person = { role: '', may_vote: true, apart: '' as const, attendance: 'present' as const, signed_at: now };
  return {
    activity: 'a',
    offset: 0,
    loadedAt: 0,
    listed: {
      activity: { id: 'a', title: '党员大会', place: '', starts_at: now, ends_at: now, late_after: 10, state },
      account: 'k',
      now,
      token: '',
      may_write: true,
      people: ['王', '李', '赵'].map((name) => ({ id: name, name, ...person })),
      agenda: [{ id: 'i', title: '讨论' }],
      quorum: null,
      vote_kind: 'general_meeting',
      vote_kinds: [['general_meeting', '党员大会']],
      hands: [],
      correct: '',
    },
  };
}

const settle = () => new Promise((done) => setTimeout(done, 20));

async function open(sent: Sent, acts: Act[] = []): Promise<HTMLElement> {
  phone.acts = acts;
  server.answer = sent;
  const element = page(HTML);
  hallKit(element);
  await settle();
  return element;
}

const part = (element: HTMLElement, name: string) => element.querySelector(`[data-kit-${name}]`) as HTMLElement;

beforeEach(() => {
  phone.full = false;
  phone.drafts.clear();
});

test('a note that cannot be written stays in its field and in its draft until it can', async () => {
  const element = await open({ outcome: 'nothing', taken: 0, kit: kit() });
  const row = part(element, 'agenda').querySelector('li') as HTMLElement;
  const [area, button] = [row.querySelector('textarea') as HTMLTextAreaElement, row.querySelector('button')];
  area.value = '大家讨论热烈';
  area.dispatchEvent(new Event('input'));
  phone.full = true;
  button?.click();
  await settle();
  expect(area.value).toBe('大家讨论热烈');
  expect(phone.drafts.get('a:note:i')).toEqual({ text: '大家讨论热烈' });
  expect(part(element, 'lost').hidden).toBe(false);
  phone.full = false;
  button?.click();
  await settle();
  expect([area.value, phone.acts.length, phone.drafts.size]).toEqual(['', 1, 0]);
  expect(part(element, 'lost').hidden).toBe(true);
});

test('a count that cannot be written stays in the form', async () => {
  const element = await open({ outcome: 'nothing', taken: 0, kit: kit() });
  const form = part(element, 'count-form') as HTMLFormElement;
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  const values = { question: '同意接收', in_favour: '3', counter_one: '王', counter_two: '李' };
  for (const [name, value] of Object.entries(values)) field(name).value = value;
  phone.full = true;
  form.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
  expect([field('question').value, field('in_favour').value, phone.acts.length]).toEqual(['同意接收', '3', 0]);
  phone.full = false;
  form.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
  expect([field('question').value, phone.acts.length]).toEqual(['', 1]);
});

test('a refused count says what was counted beside why', async () => {
  const facts = { question: '同意接收', vote_kind: '', in_favour: 3, against: 1, abstained: 0, counters: ['王', '李'] };
  const common = { activity: 'a', account: 'k', order: 0, about: 'i', made_at: new Date().toISOString(), seen: '' };
  const act: Act = { ...common, nonce: 'n', kind: 'hands', facts, state: 'conflict', sentence: '计票人须为到会人员。' };
  const element = await open({ outcome: 'nothing', taken: 0, kit: kit() }, [act]);
  const said = part(element, 'conflict-list').textContent ?? '';
  expect(said).toContain(`同意接收：${say('kitCounts', { yes: 3, no: 1, abstained: 0 })}`);
  expect(said).toContain('计票人须为到会人员。');
});

test('a meeting that is closed is neither kept again nor called ready', async () => {
  const element = await open({ outcome: 'nothing', taken: 0, kit: kit('held') });
  expect(part(element, 'ready').textContent).toBe(say('kitClosed'));
  expect(element.dataset.kitIsReady).toBeUndefined();
});
