import { expect, test } from 'vitest';
import {
  type Act,
  clockOffset,
  type Listed,
  markAt,
  neededOf,
  type Person,
  type Quorum,
  settled,
  verdictOf,
  withActs,
  wrongCount,
} from './acts';

const HALF: Quorum = {
  numerator: 1,
  denominator: 2,
  strict: true,
  enough: '应到{eligible}实到{present}须{needed}够',
  lacking: '应到{eligible}实到{present}须{needed}不够',
  article: '',
};

function person(id: string, given: Partial<Person> = {}): Person {
  return { id, name: id, role: '', may_vote: true, apart: '', attendance: 'unknown', signed_at: null, ...given };
}

function tick(nonce: string, about: string, attendance: 'present' | 'late' | 'absent', order = 0): Act {
  const made_at = '2026-11-22T07:00:00.000Z';
  return {
    nonce,
    activity: 'a',
    account: 'k',
    order,
    kind: 'sign_in',
    about,
    made_at,
    seen: 'unknown',
    facts: { attendance },
    state: 'waiting',
  };
}

test.each([
  [{ numerator: 1, denominator: 2, strict: true }, 10, 6],
  [{ numerator: 1, denominator: 2, strict: true }, 11, 6],
  [{ numerator: 1, denominator: 2, strict: false }, 10, 5],
  [{ numerator: 1, denominator: 2, strict: false }, 11, 6],
  [{ numerator: 4, denominator: 5, strict: false }, 10, 8],
  [{ numerator: 4, denominator: 5, strict: false }, 11, 9],
  [{ numerator: 4, denominator: 5, strict: false }, 0, 0],
  [{ numerator: 2, denominator: 3, strict: true }, 9, 7],
])('needs the smallest whole number that suffices', (share, eligible, needed) => {
  expect(neededOf({ ...HALF, ...share }, eligible)).toBe(needed);
});

test('counts those who may vote alone, and says the sum in the words handed over', () => {
  const people = [
    person('1', { attendance: 'present' }),
    person('2', { attendance: 'late' }),
    person('3'),
    person('4', { may_vote: false, attendance: 'present' }),
  ];
  expect(verdictOf(HALF, people)).toEqual({ quorate: true, sum: '应到3实到2须2够' });
  expect(verdictOf(HALF, people.slice(1))).toEqual({ quorate: false, sum: '应到2实到1须2不够' });
  expect(verdictOf(HALF, []).quorate).toBe(false);
});

test('shows what waits over the list, the last act of a person last, and not what is in conflict', () => {
  const acts = [tick('a', '1', 'present'), tick('b', '1', 'late'), { ...tick('c', '2', 'absent'), state: 'conflict' }];
  const shown = withActs([person('1'), person('2', { attendance: 'present' }), person('3')], acts as Act[]);
  expect(shown.map((one) => one.attendance)).toEqual(['late', 'present', 'unknown']);
});

test('lets go only of what the server took; what it did not speak of still waits', () => {
  const acts = [tick('a', '1', 'present'), tick('b', '2', 'late'), tick('c', '3', 'late'), tick('d', '4', 'late')];
  const { kept, done } = settled(acts, [
    { nonce: 'a', result: 'accepted', sentence: '', stands: null },
    { nonce: 'b', result: 'already', sentence: '', stands: null },
    { nonce: 'c', result: 'conflict', sentence: '不一致', stands: { attendance: 'present' } },
  ]);
  expect(done.map((act) => act.nonce)).toEqual(['a', 'b']);
  expect(kept.map((act) => [act.nonce, act.state, act.sentence])).toEqual([
    ['c', 'conflict', '不一致'],
    ['d', 'waiting', undefined],
  ]);
});

test('corrects the clock by the middle of asking, and tells late from in time as the server does', () => {
  expect(
    clockOffset('2026-11-22T08:00:00Z', Date.parse('2026-11-22T07:00:00Z'), Date.parse('2026-11-22T07:00:02Z')),
  ).toBe(3_599_000);
  const listed = { activity: { starts_at: '2026-11-22T15:00:00+08:00', late_after: 10 } } as Listed;
  expect(markAt(listed, Date.parse('2026-11-22T15:10:00+08:00'))).toBe('present');
  expect(markAt(listed, Date.parse('2026-11-22T15:10:01+08:00'))).toBe('late');
});

test('a count needs two different counters and no more hands than people', () => {
  const people = [person('1', { attendance: 'present' }), person('2', { attendance: 'present' })];
  const count = { question: '', vote_kind: '', in_favour: 1, against: 1, abstained: 0, counters: ['1', '2'] };
  expect(wrongCount(count, people)).toBeUndefined();
  expect(wrongCount({ ...count, counters: ['1', '1'] }, people)).toBe('kitCountersTwo');
  expect(wrongCount({ ...count, counters: ['1', ''] }, people)).toBe('kitCountersTwo');
  expect(wrongCount({ ...count, abstained: 1 }, people)).toBe('kitCountMany');
});
