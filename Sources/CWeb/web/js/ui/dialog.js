// What every dialog has in common, and the dialog with one form.

import { APIError } from '../api.js';
import { h } from '../dom.js';
import { iconButton, markFields } from './parts.js';

/**
 * Shows a dialog above everything. Escape or a press beside it closes it; closed, it is gone, and the focus is where it was.
 * @param {HTMLDialogElement} dialog
 * @param {() => void} [onclose]
 */
export function present(dialog, onclose) {
  dialog.addEventListener('pointerdown', (event) => {
    // The dialog itself is the target on its own padding too, and at the end of a selection that was drawn out of a field.
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const beside = event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
    if (event.target === dialog && beside) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** The title, and the way out. @param {string} id @param {string} title @param {() => void} close */
export const dialogHead = (id, title, close) =>
  h('div', { class: 'dialog-head' }, h('h2', { id }, title), iconButton({ label: 'Close', icon: 'close', class: 'small', onclick: close }));

let count = 0;

/**
 * A modal dialog with one form. It stays open, and says what is wrong, until `onconfirm` succeeds.
 * @param {object} options
 * @param {string} options.title
 * @param {Node[]} options.body
 * @param {string | null} options.confirm null for a dialog that only shows something
 * @param {(values: Record<string, string>) => Promise<any>} [options.onconfirm]
 * @param {() => void} [options.onclose]
 * @param {boolean} [options.danger]
 */
export function openDialog({ title, body, confirm, onconfirm, onclose, danger = false }) {
  const id = `dialog-${++count}`;
  const problem = h('p', { class: 'form-problem', role: 'alert' });
  const submit = confirm && h('button', { class: `button primary${danger ? ' danger' : ''}` }, confirm);
  const form = h(
    'form',
    { class: 'dialog-form' },
    dialogHead(id, title, () => dialog.close()),
    body,
    problem,
    submit && h('div', { class: 'dialog-actions' }, submit),
  );
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id }, form);
  form.addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (!onconfirm || submit.disabled) return;
    submit.disabled = true;
    problem.textContent = '';
    try {
      await onconfirm(/** @type {any} */ (Object.fromEntries(new FormData(form))));
      dialog.close();
    } catch (error) {
      const marked = error instanceof APIError && markFields(form, error.fields);
      if (!marked) problem.textContent = /** @type {Error} */ (error).message;
    } finally {
      submit.disabled = false;
    }
  });
  present(dialog, onclose);
  dialog.querySelector('input, select')?.focus();
}
