/** Asks with a native dialog: works by keyboard, takes the focus and gives it back. */
import { say } from '../words';

/** Resolves to true when the person agreed. Escape and the cancel button mean no. */
export function confirmWith(question: string): Promise<boolean> {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-labelledby', 'lx-confirm-title');
  dialog.setAttribute('aria-describedby', 'lx-confirm-question');

  const head = document.createElement('div');
  head.className = 'dialog-head';
  const title = document.createElement('h2');
  title.id = 'lx-confirm-title';
  title.textContent = say('confirmTitle');
  head.append(title);

  const body = document.createElement('div');
  body.className = 'dialog-body';
  body.id = 'lx-confirm-question';
  body.textContent = question;

  const acts = document.createElement('form');
  acts.method = 'dialog';
  acts.className = 'dialog-acts';
  const no = document.createElement('button');
  no.className = 'btn';
  no.value = 'no';
  no.textContent = say('cancel');
  const yes = document.createElement('button');
  yes.className = 'btn btn-primary';
  yes.value = 'yes';
  yes.textContent = say('confirm');
  acts.append(no, yes);

  dialog.append(head, body, acts);
  document.body.append(dialog);

  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    });
    dialog.showModal();
  });
}
