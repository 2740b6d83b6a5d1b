/**
 * Opens a native `<dialog>` of the same page; the dialog closes on Escape, on its close buttons (a form with
 * `method="dialog"`), and on a click beside it.
 *
 *     <button data-island="dialog" data-dialog="dissolve">撤销党组织…</button>
 *     <dialog id="dissolve" class="dialog" aria-labelledby="dissolve-title">…</dialog>
 */
export default function dialogOpener(button: HTMLElement): (() => void) | undefined {
  const dialog = document.getElementById(button.dataset.dialog ?? '');
  if (!(dialog instanceof HTMLDialogElement)) {
    console.error(`There is no dialog "${button.dataset.dialog}" on this page.`);
    return undefined;
  }
  const open = (event: Event): void => {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
  };
  const besides = (event: MouseEvent): void => {
    if (event.target === dialog) dialog.close();
  };
  button.addEventListener('click', open);
  dialog.addEventListener('click', besides);
  return () => {
    button.removeEventListener('click', open);
    dialog.removeEventListener('click', besides);
  };
}
