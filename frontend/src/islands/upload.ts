/**
 * A field for a file inside a larger form: refuses what is too big before it travels, so that nothing typed is sent in vain.
 *
 *     <input type="file" name="proof" accept=".pdf,.jpg" data-island="upload" data-upload-largest=".pdf:52428800,.jpg:20971520">
 *     <span class="field-error" data-upload-error="proof" role="alert" hidden></span>
 *
 * Without script the server says the same after the upload, and keeps what was typed as well.
 */
import { say } from '../words';
import { sizeInWords } from './dropzone';

/** The most bytes a file of this name may have; nothing for a kind that only the server judges. */
export function limitOf(name: string, largest: string): number | undefined {
  for (const pair of largest.split(',')) {
    const [ending, bytes] = pair.split(':');
    if (ending && name.toLowerCase().endsWith(ending)) return Number(bytes);
  }
  return undefined;
}

export default function upload(element: HTMLElement): (() => void) | undefined {
  if (!(element instanceof HTMLInputElement)) return undefined;
  const input = element;
  const error = input.parentElement?.querySelector<HTMLElement>(`[data-upload-error="${input.name}"]`);

  const chosen = (): void => {
    const file = input.files?.[0];
    const limit = file && limitOf(file.name, input.dataset.uploadLargest ?? '');
    const isTooBig = file !== undefined && limit !== undefined && file.size > limit;
    if (error) {
      error.hidden = !isTooBig;
      error.textContent = isTooBig
        ? say('uploadTooBig', { name: file.name, size: sizeInWords(file.size), limit: sizeInWords(limit) })
        : '';
    }
    if (isTooBig) input.value = '';
    input.toggleAttribute('aria-invalid', isTooBig);
  };

  input.addEventListener('change', chosen);
  return () => input.removeEventListener('change', chosen);
}
