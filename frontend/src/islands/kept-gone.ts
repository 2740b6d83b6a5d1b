/**
 * Throws away what this device kept of sheets that are handed in or can no longer be.
 *
 *     <div data-island="kept-gone" data-kept-names="9f… 0a…" hidden></div>
 */
import { forget, forgetOld } from '../kept';

export default function keptGone(element: HTMLElement): undefined {
  for (const name of (element.dataset.keptNames ?? '').split(/\s+/).filter(Boolean)) forget(name);
  forgetOld();
}
