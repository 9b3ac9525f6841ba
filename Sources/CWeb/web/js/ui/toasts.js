import { app } from '../app.js';
import { Component, h } from '../dom.js';
import { icon } from '../icons.js';

/** How long a notice stays: about three times what it takes to read. Chosen. */
const stayMilliseconds = 6000;
const mostAtOnce = 3;

/** Passing notices, and the live region in which screen readers hear what the eye sees elsewhere. */
class Toasts extends Component {
  connected() {
    this.list = h('ol', { class: 'toasts', 'aria-label': 'Notices' });
    this.polite = h('p', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
    this.urgent = h('p', { class: 'visually-hidden', role: 'alert' });
    this.append(this.list, this.polite, this.urgent);
    this.listen(app, 'toast', (event) => this.show(event.detail));
    this.listen(app, 'say', (event) => (this.polite.textContent = event.detail.text));
  }

  /** @param {{text: string, kind: string}} toast */
  show({ text, kind }) {
    const item = h(
      'li',
      { class: `toast ${kind}` },
      icon({ error: 'warning', good: 'check' }[kind] ?? 'info'),
      h('span', {}, text),
      h('button', { type: 'button', class: 'icon-button small', 'aria-label': 'Dismiss', onclick: () => item.remove() }, icon('close')),
    );
    while (this.list.children.length >= mostAtOnce) this.list.firstElementChild.remove();
    this.list.append(item);
    (kind === 'error' ? this.urgent : this.polite).textContent = text;
    setTimeout(() => item.remove(), stayMilliseconds);
  }
}

customElements.define('parley-toasts', Toasts);
