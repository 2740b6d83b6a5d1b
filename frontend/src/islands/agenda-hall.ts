/**
 * The agenda on a projector: the item at hand in large letters, who speaks, and the time left.
 *
 *     <main data-island="agenda-hall" data-hall="id" data-starts="2026-11-22T15:00:00+08:00">
 *       <p data-hall-label>议程</p><p data-hall-title></p><p data-hall-speaker></p><p data-hall-clock></p>
 *       <ol><li data-hall-item data-minutes="10" data-speaker="张建国"><span class="hall-item-title">…</span></li></ol>
 *       <button data-hall-back> <button data-hall-next> <button data-hall-pause> <button data-hall-more>
 *
 * Before the first item it counts down to the beginning. Arrow keys, page keys (as a presenter sends them) and the space
 * bar work too. Where it stands is kept in the window, so that a reload loses nothing; nothing is sent anywhere.
 */
import { say } from '../words';

interface Standing {
  /** The item at hand; -1 before the meeting. */
  item: number;
  /** When the item's time is up (ms since 1970), or the ms left while it is paused. */
  until: number;
  paused: boolean;
}

const MINUTE = 60_000;
const LAST_MINUTES = 2;

export function clockText(left: number): string {
  const seconds = Math.ceil(Math.abs(left) / 1000);
  const hours = Math.floor(seconds / 3600);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  if (hours) parts.unshift(String(hours));
  return `${left < 0 && seconds ? '+' : ''}${parts.join(':')}`;
}

export default function agendaHall(element: HTMLElement): () => void {
  const items = [...element.querySelectorAll<HTMLElement>('[data-hall-item]')];
  const find = (name: string): HTMLElement | null => element.querySelector<HTMLElement>(`[data-hall-${name}]`);
  const [label, title, speaker, clock] = ['label', 'title', 'speaker', 'clock'].map(find);
  const key = `lx-hall:${element.dataset.hall ?? ''}`;
  const starts = Date.parse(element.dataset.starts ?? '');
  const minutes = (index: number): number => Number(items[index]?.dataset.minutes ?? 0);

  let at: Standing = { item: -1, until: starts, paused: false };
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Standing | null;
    if (kept && kept.item < items.length) at = kept;
  } catch {
    // What cannot be read is begun anew.
  }

  const tick = (): void => {
    if (!clock) return;
    const timed = at.item < 0 ? Number.isFinite(at.until) : minutes(at.item) > 0;
    const left = at.paused ? at.until : at.until - Date.now();
    // Before the meeting a countdown makes sense for a day at most, and not once it should have begun.
    const sensible = at.item >= 0 || (left > 0 && left < 24 * 60 * MINUTE);
    clock.hidden = !timed || !sensible;
    clock.textContent = clockText(left);
    clock.dataset.state = left < 0 ? 'over' : at.item >= 0 && left < LAST_MINUTES * MINUTE ? 'soon' : 'running';
  };

  const draw = (): void => {
    items.forEach((item, index) => {
      item.classList.toggle('is-past', index < at.item);
      if (index === at.item) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    });
    const item = items[at.item];
    if (label)
      label.textContent = item ? say('hallItem', { number: at.item + 1, of: items.length }) : say('hallBefore');
    if (title) title.textContent = item?.querySelector('.hall-item-title')?.textContent ?? '';
    if (speaker) speaker.textContent = item?.dataset.speaker ?? '';
    item?.scrollIntoView?.({ block: 'nearest' });
    tick();
  };

  const keep = (): void => {
    try {
      sessionStorage.setItem(key, JSON.stringify(at));
    } catch {
      // A full store must not stop the meeting.
    }
    draw();
  };

  const go = (step: number): void => {
    const item = Math.max(-1, Math.min(items.length - 1, at.item + step));
    if (item === at.item) return;
    at = { item, until: item < 0 ? starts : Date.now() + minutes(item) * MINUTE, paused: false };
    keep();
  };
  const pause = (): void => {
    if (at.item < 0) return;
    at = { ...at, paused: !at.paused, until: at.paused ? Date.now() + at.until : at.until - Date.now() };
    keep();
  };
  const more = (): void => {
    if (at.item < 0) return;
    at = { ...at, until: at.until + MINUTE };
    keep();
  };

  const acts: Array<[string, () => void]> = [
    ['back', () => go(-1)],
    ['next', () => go(1)],
    ['pause', pause],
    ['more', more],
  ];
  for (const [name, act] of acts) find(name)?.addEventListener('click', act);
  const press = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLElement && event.target.closest('button, a, input')) return;
    if (['ArrowRight', 'ArrowDown', 'PageDown'].includes(event.key)) go(1);
    else if (['ArrowLeft', 'ArrowUp', 'PageUp'].includes(event.key)) go(-1);
    else if (event.key === ' ') pause();
    else return;
    event.preventDefault();
  };
  document.addEventListener('keydown', press);
  const timer = window.setInterval(tick, 500);
  draw();
  return () => {
    window.clearInterval(timer);
    document.removeEventListener('keydown', press);
    for (const [name, act] of acts) find(name)?.removeEventListener('click', act);
  };
}
