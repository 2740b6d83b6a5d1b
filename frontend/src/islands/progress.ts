/**
 * Follows long work: asks its address while somebody is looking, moves the bar, stops when the work is done.
 *
 *     <div class="progress-box" data-island="progress" data-progress-url="/imports/…/progress/"
 *          data-progress-seconds="2" data-progress-then="/imports/…/">
 *       <progress max="19000" value="0" aria-label="导入进度"></progress>
 *       <div class="progress-text"><span data-progress-message>正在检查</span><span data-progress-count>0 / 19000</span></div>
 *     </div>
 *
 * The address answers `{"done": 1200, "total": 19000, "message": "正在检查", "state": "running" | "done" | "failed"}`.
 * When the state is "done" and `data-progress-then` is set, the page goes there.
 */
import { pollJson } from '../server';
import { say } from '../words';

export interface Progress {
  done: number;
  total: number | null;
  message: string;
  state: 'running' | 'done' | 'failed';
}

export default function progress(box: HTMLElement): () => void {
  const url = box.dataset.progressUrl ?? '';
  const pause = Math.max(1, Number(box.dataset.progressSeconds ?? 2)) * 1000;
  const bar = box.querySelector('progress');
  const message = box.querySelector('[data-progress-message]');
  const count = box.querySelector('[data-progress-count]');
  let timer: number | undefined;
  let ended = false;

  const show = (answer: Progress): void => {
    box.dataset.state = answer.state;
    if (bar) {
      if (answer.total) {
        bar.max = answer.total;
        bar.value = answer.done;
      } else {
        bar.removeAttribute('value');
      }
    }
    if (message) message.textContent = answer.message;
    const format = new Intl.NumberFormat(document.documentElement.lang || 'zh-CN');
    if (count) {
      count.textContent = answer.total
        ? say('progressOf', { done: format.format(answer.done), total: format.format(answer.total) })
        : format.format(answer.done);
    }
  };

  const later = (wait: number): void => {
    window.clearTimeout(timer);
    if (!ended && !document.hidden) timer = window.setTimeout(() => void ask(), wait);
  };

  const ask = async (): Promise<void> => {
    try {
      const answer = await pollJson<Progress>(url);
      if (ended) return;
      show(answer);
      if (answer.state === 'running') {
        later(pause);
        return;
      }
      ended = true;
      if (answer.state === 'done' && box.dataset.progressThen) location.assign(box.dataset.progressThen);
    } catch {
      if (message) message.textContent = say('progressLost');
      later(pause * 3);
    }
  };

  const seen = (): void => (document.hidden ? window.clearTimeout(timer) : later(0));
  document.addEventListener('visibilitychange', seen);
  later(0);
  return () => {
    ended = true;
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}
