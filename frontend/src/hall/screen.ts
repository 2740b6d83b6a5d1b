/** Draws the kit: state, conflicts, quorum, list, notes and counts. What it does is handed to it. */
import { say } from '../words';
import {
  type Act,
  CLOCKS_MAY_DIFFER,
  type CountFacts,
  came,
  type Hands,
  isClosed,
  type Kit,
  type Mark,
  markAt,
  type Person,
  verdictOf,
  withActs,
  wrongCount,
} from './acts';
import type { Sent } from './sending';
import { draftOf, dropAct, dropDraft, keepDraft } from './store';

interface Doing {
  /** Keeps an act on the phone; whether it could. */
  do(kind: Act['kind'], about: string, seen: string, facts: Act['facts']): Promise<boolean>;
  /** Puts an act that has seen what stands (`seen`) in place of those in conflict; without `seen` they are dropped. */
  decide(act: Act, replaced: Act[], seen?: string): void;
  send(): void;
}

const STATES = { present: 'state-ok', late: 'state-due', absent: '', unknown: '' };
const TAGS = { excused: 'kitExcused', leave: 'kitLeave', asked: 'kitAsked' } as const;
const NUMBERS = ['in_favour', 'against', 'abstained'] as const;

export class KitScreen {
  private readonly rows = new Map<string, HTMLElement>();
  private readonly items = new Map<string, HTMLElement>();
  private kit: Kit | undefined;
  private acts: Act[] = [];
  private people: Person[] = [];
  private writing = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly activity: string,
    private readonly now: () => number,
    private readonly doing: Doing,
  ) {
    this.part('send').addEventListener('click', () => doing.send());
    this.part('find').addEventListener('input', () => this.find());
    for (const button of element.querySelectorAll<HTMLElement>('[data-kit-part]')) {
      button.addEventListener('click', () => this.open(button.dataset.kitPart ?? ''));
    }
    const form = this.form();
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.count();
    });
    form.addEventListener('input', () => void keepDraft(`${activity}:hands`, this.filled()));
    this.part('net').textContent = say(navigator.onLine ? 'kitOnline' : 'kitOffline');
    this.part('ready').textContent = say('kitNotReady');
  }

  private part(name: string): HTMLElement {
    return this.element.querySelector(`[data-kit-${name}]`) as HTMLElement;
  }

  private form(): HTMLFormElement {
    return this.part('count-form') as HTMLFormElement;
  }

  private shape(name: string): HTMLElement {
    const found = this.part(`${name}-shape`) as HTMLTemplateElement;
    return (found.content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
  }

  /** Everything anew, from what the phone holds. */
  draw(kit: Kit | undefined, acts: Act[]): void {
    this.kit = kit;
    this.acts = acts;
    this.drawState();
    this.drawConflicts();
    const body = this.part('body');
    const closed = kit !== undefined && isClosed(kit.listed);
    body.hidden = !kit || closed;
    if (closed) this.part('ready').textContent = acts.length ? '' : say('kitClosed');
    if (!kit || closed) return;
    const { title, place, starts_at } = kit.listed.activity;
    this.part('title').textContent = title;
    this.part('when').textContent = [clock(starts_at, true), place].filter(Boolean).join(' · ');
    this.people = withActs(kit.listed.people, acts);
    this.drawClock(kit.offset);
    this.drawQuorum(kit);
    this.drawPeople(kit);
    this.drawNotes(kit);
    this.drawHands(kit);
  }

  private drawState(): void {
    const waiting = this.acts.filter((act) => act.state === 'waiting').length;
    const conflicts = this.acts.length - waiting;
    const words = [
      conflicts ? say('kitConflicts', { count: conflicts }) : '',
      waiting ? say('kitQueued', { count: waiting }) : '',
    ].filter(Boolean);
    const state = conflicts ? 'conflict' : waiting ? 'queued' : 'sent';
    this.part('state').dataset.state = state;
    const count = this.part('count');
    count.textContent = words.join(' · ') || say('kitSent');
    count.className = `state state-${{ conflict: 'late', queued: 'due', sent: 'ok' }[state]}`;
    this.part('send').hidden = !waiting;
  }

  /** How the last sending ended, in a sentence. */
  told(sent: Sent): void {
    const offline = sent.outcome === 'offline';
    this.part('net').textContent = say(offline ? 'kitOffline' : 'kitOnline');
    const said = {
      signed_out: () => say('kitSignedOut'),
      stranger: () => say('kitStranger'),
      refused: () => say('kitRefused', { reason: sent.sentence ?? '' }),
      offline: () => (sent.kit || this.kit ? '' : say('kitNothing')),
      sent: () => '',
      nothing: () => '',
    }[sent.outcome]();
    const told = this.part('told');
    told.textContent = said;
    told.hidden = !said;
    this.part('again').hidden = sent.outcome !== 'signed_out';
    if (offline && this.kit) this.part('ready').textContent = this.readyWords();
  }

  ready(word: 'kitReady' | 'kitUnable'): void {
    this.part('ready').textContent = word === 'kitReady' ? this.readyWords() : say(word);
    this.element.dataset.kitIsReady = word === 'kitReady' ? 'yes' : 'no';
  }

  private readyWords(): string {
    return say('kitReady', { time: clock(this.kit?.listed.now ?? '') });
  }

  /** What could not be written stays said until something is written. */
  lost(sentence: string): void {
    const said = this.part('lost');
    said.textContent = sentence;
    said.hidden = !sentence;
  }

  private drawClock(offset: number): void {
    const minutes = Math.round(Math.abs(offset) / 60_000);
    const off = Math.abs(offset) > CLOCKS_MAY_DIFFER;
    this.part('clock').textContent = off ? say(offset > 0 ? 'kitClockSlow' : 'kitClockFast', { minutes }) : '';
  }

  private drawQuorum(kit: Kit): void {
    const { quorum } = kit.listed;
    const verdict = quorum && verdictOf(quorum, this.people);
    this.part('sum').textContent = verdict ? verdict.sum : say('kitNoQuorum');
    this.part('article').textContent = quorum ? say('kitBy', { article: quorum.article }) : '';
    this.part('quorate').className = verdict ? `state state-${verdict.quorate ? 'ok' : 'due'}` : '';
    const expected = this.people.filter((person) => !person.role && (person.apart !== 'excused' || came(person)));
    const here = expected.filter(came).length;
    this.part('here').textContent = say('kitHere', { expected: expected.length, here });
  }

  private drawPeople(kit: Kit): void {
    const late = markAt(kit.listed, this.now()) === 'late';
    const { starts_at, late_after } = kit.listed.activity;
    const limit = new Date(Date.parse(starts_at) + late_after * 60_000).toISOString();
    this.part('late').hidden = !late;
    this.part('late').textContent = late ? say('kitLate', { time: clock(limit) }) : '';
    const list = this.part('people');
    const waiting = new Set(this.acts.filter((act) => act.state === 'waiting').map((act) => act.about));
    const differing = new Set(this.acts.filter((act) => act.state === 'conflict').map((act) => act.about));
    for (const person of this.people) {
      let row = this.rows.get(person.id);
      if (!row) {
        row = this.personRow(person);
        this.rows.set(person.id, row);
        list.append(row);
      }
      const word = differing.has(person.id) ? say('kitDiffers') : waiting.has(person.id) ? say('kitWaits') : '';
      const state = row.querySelector('[data-attendance]') as HTMLElement;
      state.textContent = word || (came(person) ? clock(person.signed_at ?? '') : '');
      state.hidden = !state.textContent;
      const colour = differing.has(person.id) ? 'state-late' : word ? 'state-due' : STATES[person.attendance];
      state.className = `state ${colour}`;
      for (const button of row.querySelectorAll<HTMLElement>('[data-mark]')) {
        button.setAttribute('aria-pressed', String(button.dataset.mark === person.attendance));
      }
    }
    this.find();
  }

  private personRow(person: Person): HTMLElement {
    const row = this.shape('person');
    (row.querySelector('[data-name]') as HTMLElement).textContent = person.name;
    const tags = [
      person.may_vote ? say('kitVoter') : '',
      person.role ? say('kitGuest') : '',
      person.apart ? say(TAGS[person.apart]) : '',
    ];
    (row.querySelector('[data-tags]') as HTMLElement).textContent = tags.filter(Boolean).join(' · ');
    row.querySelector('[role=group]')?.setAttribute('aria-label', person.name);
    for (const button of row.querySelectorAll<HTMLElement>('[data-mark]')) {
      button.addEventListener('click', () => {
        const mark = button.dataset.mark as Mark;
        const seen = this.people.find((one) => one.id === person.id)?.attendance ?? 'unknown';
        if (mark !== seen) void this.doing.do('sign_in', person.id, seen, { attendance: mark });
      });
    }
    return row;
  }

  private find(): void {
    const wanted = (this.part('find') as HTMLInputElement).value.trim();
    for (const person of this.people) {
      const row = this.rows.get(person.id);
      if (row) row.hidden = Boolean(wanted) && !person.name.includes(wanted);
    }
  }

  private open(part: string): void {
    for (const button of this.element.querySelectorAll<HTMLElement>('[data-kit-part]')) {
      button.setAttribute('aria-pressed', String(button.dataset.kitPart === part));
    }
    for (const section of this.element.querySelectorAll<HTMLElement>('[data-kit-shown]')) {
      section.hidden = section.dataset.kitShown !== part;
    }
  }

  private drawNotes(kit: Kit): void {
    for (const button of this.element.querySelectorAll<HTMLElement>('[data-kit-part]')) {
      const { kitPart } = button.dataset;
      const offered = kitPart !== 'hands' || kit.listed.vote_kinds.length > 0;
      if (kitPart !== 'people') button.hidden = !kit.listed.may_write || !offered;
    }
    for (const one of kit.listed.agenda) {
      const row = this.items.get(one.id) ?? this.itemRow(one);
      const notes = row.querySelector('[data-notes]') as HTMLElement;
      const kept = this.acts.filter((act) => act.kind === 'note' && act.about === one.id);
      notes.replaceChildren(
        ...kept.map((act) => {
          const line = document.createElement('li');
          line.textContent = `${clock(act.made_at)} ${(act.facts as { text: string }).text}（${say('kitWaits')}）`;
          return line;
        }),
      );
    }
  }

  private itemRow(item: { id: string; title: string }): HTMLElement {
    const row = this.shape('item');
    this.items.set(item.id, row);
    (row.querySelector('[data-name]') as HTMLElement).textContent = item.title;
    const area = row.querySelector('textarea') as HTMLTextAreaElement;
    area.setAttribute('aria-label', item.title);
    const key = `${this.activity}:note:${item.id}`;
    void draftOf(key).then((draft) => {
      if (draft?.text && !area.value) area.value = draft.text;
    });
    area.addEventListener('input', () => void keepDraft(key, { text: area.value }));
    const button = row.querySelector('button') as HTMLButtonElement;
    button.addEventListener('click', async () => {
      const text = area.value.trim();
      if (!text || button.disabled) return;
      button.disabled = true;
      const kept = await this.doing.do('note', item.id, '', { text });
      button.disabled = false;
      if (!kept || area.value.trim() !== text) return; // what was typed meanwhile stays
      area.value = '';
      await dropDraft(key);
    });
    this.part('agenda').append(row);
    return row;
  }

  private drawHands(kit: Kit): void {
    const own = this.acts.filter((act) => act.kind === 'hands' && act.state === 'waiting');
    const line = (facts: CountFacts | Hands, more: string): HTMLElement => {
      const row = document.createElement('li');
      row.textContent = `${asked(facts)}${more ? `（${more}）` : ''}`;
      return row;
    };
    this.part('hands').replaceChildren(
      ...kit.listed.hands.map((one) => line(one, one.sum)),
      ...own.map((act) => line(act.facts as CountFacts, say('kitWaits'))),
    );
    const form = this.form();
    const fresh = !(form.elements.namedItem('item') as HTMLSelectElement).options.length;
    if (fresh) {
      options(
        form,
        'item',
        kit.listed.agenda.map((one): [string, string] => [one.id, one.title]),
      );
      options(form, 'vote_kind', kit.listed.vote_kinds);
      (form.elements.namedItem('vote_kind') as HTMLSelectElement).value = kit.listed.vote_kind;
    }
    const here = this.people.filter(came).map((person): [string, string] => [person.id, person.name]);
    for (const name of ['counter_one', 'counter_two']) options(form, name, [['', say('kitChoose')], ...here]);
    if (fresh) void draftOf(`${this.activity}:hands`).then((draft) => this.fill(draft ?? {}));
  }

  private filled(): Record<string, string> {
    return Object.fromEntries([...new FormData(this.form())].map(([name, value]) => [name, String(value)]));
  }

  private fill(draft: Record<string, string>): void {
    for (const [name, value] of Object.entries(draft)) {
      const field = this.form().elements.namedItem(name) as HTMLInputElement | null;
      if (field) field.value = value;
    }
  }

  private async count(): Promise<void> {
    const given = this.filled();
    const facts: CountFacts = {
      question: (given.question ?? '').trim(),
      vote_kind: given.vote_kind ?? '',
      in_favour: 0,
      against: 0,
      abstained: 0,
      counters: [given.counter_one ?? '', given.counter_two ?? ''],
    };
    for (const name of NUMBERS) facts[name] = Math.max(0, Math.trunc(Number(given[name] ?? 0)) || 0);
    const wrong = wrongCount(facts, this.people);
    const said = this.part('wrong');
    said.hidden = !wrong;
    said.textContent = wrong ? say(wrong) : '';
    const question = this.form().elements.namedItem('question') as HTMLInputElement;
    if (wrong || this.writing || !question.reportValidity()) return;
    this.writing = true;
    const kept = await this.doing.do('hands', given.item ?? '', '', facts);
    this.writing = false;
    if (!kept || JSON.stringify(this.filled()) !== JSON.stringify(given)) return;
    this.form().reset();
    if (this.kit) (this.form().elements.namedItem('vote_kind') as HTMLSelectElement).value = this.kit.listed.vote_kind;
    await dropDraft(`${this.activity}:hands`);
  }

  /** What two phones say differently: one entry a person or question, however many acts led to it. */
  private drawConflicts(): void {
    const groups = new Map<string, Act[]>();
    for (const act of this.acts.filter((one) => one.state === 'conflict')) {
      const key = act.kind === 'sign_in' ? act.about : act.nonce;
      groups.set(key, [...(groups.get(key) ?? []), act]);
    }
    this.part('conflicts').hidden = !groups.size;
    this.part('conflict-list').replaceChildren(...[...groups.values()].map((acts) => this.conflict(acts)));
  }

  private conflict(acts: Act[]): HTMLElement {
    const act = acts[acts.length - 1] as Act;
    const row = this.shape('conflict');
    const { stands } = act;
    const seen = act.kind === 'sign_in' ? stands?.attendance : stands?.id;
    const decidable = seen !== undefined && !stands?.closed && seen !== 'unknown';
    (row.querySelector('[data-sentence]') as HTMLElement).textContent = act.sentence || JSON.stringify(act.facts);
    const button = (name: string, shown: boolean, work: () => void): void => {
      const found = row.querySelector(`[data-${name}]`) as HTMLElement;
      found.hidden = !shown;
      found.addEventListener('click', work);
    };
    button('mine', decidable, () => this.doing.decide(act, acts, seen));
    button('theirs', decidable, () => this.doing.decide(act, acts));
    button('again', !decidable && !stands?.closed, () => this.doing.decide(act, acts, act.seen));
    button('drop', !decidable, () => this.doing.decide(act, acts));
    if (act.kind !== 'sign_in') {
      const text = document.createElement('p');
      text.textContent = act.kind === 'note' ? (act.facts as { text: string }).text : asked(act.facts as CountFacts);
      row.prepend(text);
    }
    return row;
  }

  async drop(act: Act): Promise<void> {
    await dropAct(act.nonce);
  }
}

function counts(facts: Pick<CountFacts, (typeof NUMBERS)[number]>): string {
  return say('kitCounts', { yes: facts.in_favour, no: facts.against, abstained: facts.abstained });
}

/** What was voted on, with its count. */
function asked(facts: CountFacts | Hands): string {
  return `${facts.question}：${counts(facts)}`;
}

function options(form: HTMLFormElement, name: string, choices: Array<[string, string]>): void {
  const select = form.elements.namedItem(name) as HTMLSelectElement;
  const chosen = select.value;
  const made = choices.map(([value, label]) => {
    const option = document.createElement('option');
    option.value = value;
    option.textContent = label;
    return option;
  });
  select.replaceChildren(...made);
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
}

/** A time of day, with the date where asked: 2026-11-22 15:43, as every other page writes it. */
function clock(moment: string, withDay = false): string {
  if (!moment) return '';
  const parts = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Asia/Shanghai',
  }).formatToParts(new Date(moment));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const time = `${part('hour')}:${part('minute')}`;
  return withDay ? `${part('year')}-${part('month')}-${part('day')} ${time}` : time;
}
