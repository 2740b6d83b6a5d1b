/**
 * A place to drop a file, around an ordinary file input. Says name and size, refuses what is too big or of the wrong
 * kind before it travels, and shows how far the upload is. Without script it is the file input.
 *
 *     <form data-island="dropzone" method="post" enctype="multipart/form-data" action="/imports/">
 *       <div class="dropzone" data-dropzone-area data-max-bytes="52428800">
 *         <label for="file">选择文件，或拖到这里</label>
 *         <input type="file" id="file" name="file" accept=".xlsx,.xls,.csv">
 *         <p class="dropzone-file" data-dropzone-file></p>
 *       </div>
 *       <p class="field-error" data-dropzone-error role="alert" hidden></p>
 *       <progress data-dropzone-progress max="100" hidden></progress>
 *       <button>上传</button>
 *     </form>
 *
 * The server answers with a redirect or, for an error, with the page again; the main part of the answer is shown.
 */
import { csrfToken } from '../server';
import { say } from '../words';

/** A size as people read it: 1.5 MB. */
export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The sentence that refuses the file, or nothing when it may travel. */
export function refusal(file: { name: string; size: number }, accept: string, maxBytes: number): string | undefined {
  const kinds = accept
    .split(',')
    .map((kind) => kind.trim().toLowerCase())
    .filter((kind) => kind.startsWith('.'));
  if (kinds.length > 0 && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
    return say('fileWrongKind', { name: file.name, kinds: kinds.join(' ') });
  }
  if (maxBytes > 0 && file.size > maxBytes) {
    return say('fileTooBig', { size: sizeInWords(file.size), limit: sizeInWords(maxBytes) });
  }
  return undefined;
}

export default function dropzone(element: HTMLElement): (() => void) | undefined {
  const area = element.querySelector<HTMLElement>('[data-dropzone-area]');
  const input = element.querySelector<HTMLInputElement>('input[type="file"]');
  if (!(element instanceof HTMLFormElement) || !area || !input) return undefined;
  const form = element;
  const named = element.querySelector<HTMLElement>('[data-dropzone-file]');
  const error = element.querySelector<HTMLElement>('[data-dropzone-error]');
  const bar = element.querySelector<HTMLProgressElement>('[data-dropzone-progress]');
  const button = form.querySelector<HTMLButtonElement>('button[type="submit"], button:not([type])');
  const maxBytes = Number(area.dataset.maxBytes ?? 0);

  const complain = (sentence: string | undefined): void => {
    if (!error) return;
    error.textContent = sentence ?? '';
    error.hidden = !sentence;
  };

  const chosen = (): void => {
    const file = input.files?.[0];
    if (named) named.textContent = file ? `${file.name}（${sizeInWords(file.size)}）` : '';
    const sentence = file ? refusal(file, input.accept, maxBytes) : undefined;
    complain(sentence);
    if (sentence) input.value = '';
  };

  const over = (event: DragEvent): void => {
    event.preventDefault();
    area.classList.add('is-over');
  };
  const out = (): void => area.classList.remove('is-over');
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    out();
    if (event.dataTransfer?.files.length) {
      input.files = event.dataTransfer.files;
      chosen();
    }
  };

  // fetch cannot report how far an upload is; XMLHttpRequest can.
  const submit = (event: Event): void => {
    if (!input.files?.length) return;
    event.preventDefault();
    complain(undefined);
    if (button) button.disabled = true;
    if (bar) bar.hidden = false;
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('X-CSRFToken', csrfToken());
    request.upload.addEventListener('progress', (step) => {
      if (bar && step.lengthComputable) {
        bar.value = Math.round((step.loaded / step.total) * 100);
        if (named) named.textContent = say('uploading', { percent: bar.value });
      }
    });
    const failed = (): void => {
      if (button) button.disabled = false;
      if (bar) bar.hidden = true;
      complain(say('uploadFailed'));
      chosenName();
    };
    request.addEventListener('error', failed);
    request.addEventListener('load', () => {
      if (request.status >= 500 || request.status === 413) {
        failed();
        return;
      }
      // The page the upload led to has already been read, with its messages: show it instead of asking for it again.
      if (request.responseURL && request.responseURL !== location.href) {
        history.pushState(null, '', request.responseURL);
      }
      showAnswer(request.responseText);
    });
    request.send(new FormData(form));
  };

  const chosenName = (): void => {
    const file = input.files?.[0];
    if (named && file) named.textContent = `${file.name}（${sizeInWords(file.size)}）`;
  };

  /** Takes over the main part, the messages and the title of the page the server sent. */
  const showAnswer = (html: string): void => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const answer = page.querySelector('main');
    const main = document.querySelector('main');
    if (!answer || !main) {
      location.reload();
      return;
    }
    main.replaceWith(answer);
    const messages = page.getElementById('toasts');
    if (messages) document.getElementById('toasts')?.replaceWith(messages);
    document.title = page.title;
    document.dispatchEvent(new CustomEvent('lx:added', { detail: answer }));
    answer.querySelector<HTMLElement>('.form-errors, [aria-invalid="true"], h1')?.focus();
  };

  input.addEventListener('change', chosen);
  area.addEventListener('dragover', over);
  area.addEventListener('dragleave', out);
  area.addEventListener('drop', drop);
  form.addEventListener('submit', submit);
  return () => {
    input.removeEventListener('change', chosen);
    area.removeEventListener('dragover', over);
    area.removeEventListener('dragleave', out);
    area.removeEventListener('drop', drop);
    form.removeEventListener('submit', submit);
  };
}
