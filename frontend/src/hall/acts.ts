/** What a phone does in a hall without network, and what the list looks like with it. Pure functions. */

export type Attendance = 'unknown' | 'present' | 'late' | 'absent';
export type Mark = Exclude<Attendance, 'unknown'>;

export interface Person {
  id: string;
  name: string;
  role: string;
  may_vote: boolean;
  apart: '' | 'excused' | 'leave' | 'asked';
  attendance: Attendance;
  signed_at: string | null;
}

export interface Quorum {
  numerator: number;
  denominator: number;
  strict: boolean;
  enough: string;
  lacking: string;
  article: string;
}

export interface Hands {
  id: string;
  item: string;
  question: string;
  in_favour: number;
  against: number;
  abstained: number;
  sum: string;
}

/** What the server hands over, as it stood at `now`. */
export interface Listed {
  activity: {
    id: string;
    title: string;
    place: string;
    starts_at: string;
    ends_at: string;
    late_after: number;
    state: string;
  };
  account: string;
  now: string;
  token: string;
  may_write: boolean;
  people: Person[];
  agenda: Array<{ id: string; title: string }>;
  quorum: Quorum | null;
  vote_kind: string;
  vote_kinds: Array<[string, string]>;
  hands: Hands[];
  correct: string;
}

/** The list on the phone. `offset` is what is added to the phone's clock, in milliseconds. */
export interface Kit {
  activity: string;
  listed: Listed;
  offset: number;
  loadedAt: number;
}

export interface CountFacts {
  question: string;
  vote_kind: string;
  in_favour: number;
  against: number;
  abstained: number;
  counters: string[];
}

export type Facts = { attendance: Mark } | { text: string } | CountFacts;

/** One act. `seen` is what the phone believed to stand there; the server compares it with what does. */
export interface Act {
  nonce: string;
  activity: string;
  account: string;
  order: number;
  kind: 'sign_in' | 'note' | 'hands';
  about: string;
  made_at: string;
  seen: string;
  facts: Facts;
  state: 'waiting' | 'conflict';
  sentence?: string;
  stands?: (Partial<Person> & Partial<Hands> & { closed?: boolean }) | null | undefined;
}

export interface Answer {
  nonce: string;
  result: 'accepted' | 'already' | 'conflict';
  sentence: string;
  stands: Act['stands'];
}

export const CLOCKS_MAY_DIFFER = 2 * 60_000;

/** What is added to the phone's clock: the server's, less the phone's in the middle of asking. */
export function clockOffset(serverNow: string, askedAt: number, answeredAt: number): number {
  return Date.parse(serverNow) - (askedAt + answeredAt) / 2;
}

/** In time or late, by the corrected clock: as the server judges it. */
export function markAt(listed: Listed, at: number): Mark {
  const { starts_at, late_after } = listed.activity;
  return at <= Date.parse(starts_at) + late_after * 60_000 ? 'present' : 'late';
}

/** The list as it stands with what waits on this phone; what is in conflict shows as the server has it. */
export function withActs(people: Person[], acts: Act[]): Person[] {
  const marks = new Map<string, Act>();
  for (const act of acts) if (act.kind === 'sign_in' && act.state === 'waiting') marks.set(act.about, act);
  return people.map((person) => {
    const act = marks.get(person.id);
    if (!act) return person;
    return { ...person, attendance: (act.facts as { attendance: Mark }).attendance, signed_at: act.made_at };
  });
}

export function came(person: Person): boolean {
  return person.attendance === 'present' || person.attendance === 'late';
}

/** The smallest number of persons that suffices. */
export function neededOf(quorum: Quorum, eligible: number): number {
  const whole = quorum.numerator * eligible;
  return quorum.strict ? Math.floor(whole / quorum.denominator) + 1 : Math.ceil(whole / quorum.denominator);
}

export interface Verdict {
  quorate: boolean;
  sum: string;
}

/** Whether enough are there, with the sum in the words of the server. */
export function verdictOf(quorum: Quorum, people: Person[]): Verdict {
  const voters = people.filter((person) => person.may_vote);
  const numbers = { eligible: voters.length, present: voters.filter(came).length };
  const needed = neededOf(quorum, numbers.eligible);
  const quorate = numbers.eligible > 0 && numbers.present >= needed;
  const values: Record<string, number> = { ...numbers, needed };
  const sum = (quorate ? quorum.enough : quorum.lacking).replace(/\{(\w+)\}/g, (all, name: string) =>
    String(values[name] ?? all),
  );
  return { quorate, sum };
}

/** What is wrong with a count, as the name of a sentence; undefined where nothing is. */
export function wrongCount(count: CountFacts, people: Person[]): 'kitCountersTwo' | 'kitCountMany' | undefined {
  const [one, two] = count.counters;
  if (!one || !two || one === two) return 'kitCountersTwo';
  const present = people.filter((person) => person.may_vote && came(person)).length;
  return count.in_favour + count.against + count.abstained > present ? 'kitCountMany' : undefined;
}

/** The acts as they stand after the server answered: what it took is gone, what is in conflict waits for a person. */
export function settled(acts: Act[], answers: Answer[]): { kept: Act[]; done: Act[] } {
  const told = new Map(answers.map((answer) => [answer.nonce, answer]));
  const kept: Act[] = [];
  const done: Act[] = [];
  for (const act of acts) {
    const answer = told.get(act.nonce);
    if (!answer) kept.push(act);
    else if (answer.result !== 'conflict') done.push(act);
    else kept.push({ ...act, state: 'conflict', sentence: answer.sentence, stands: answer.stands });
  }
  return { kept, done };
}

/** Whether nothing can be added any more: held or cancelled. */
export function isClosed(listed: Listed): boolean {
  return listed.activity.state !== 'announced';
}
