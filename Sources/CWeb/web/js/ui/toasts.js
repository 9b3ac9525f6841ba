import { app } from '../app.js';
import { Component, h } from '../dom.js';
import { icon } from '../icons.js';

/** How long a notice stays: about three times what it takes to read. Chosen. */
const stayMilliseconds = 6000;
const mostAtOnce = 3;

/** Passing notices, and the live region in which screen readers hear what the eye sees elsewhere. */
class Toasts extends Component {
  connected() {
    this.list = h('ol', { class: 'toasts', 'aria-label': 'Notices', popover: 'manual' });
    this.polite = h('div', { class: 'visually-hidden', role: 'status' });
    this.urgent = h('div', { class: 'visually-hidden', role: 'alert' });
    this.append(this.list, this.polite, this.urgent);
    this.listen(app, 'toast', (event) => this.show(event.detail));
    this.listen(app, 'say', (event) => this.say(this.polite, event.detail.text));
  }

  /** Added as a line of its own: the same words twice are read twice. @param {HTMLElement} region @param {string} text */
  say(region, text) {
    while (region.children.length >= mostAtOnce) region.firstElementChild?.remove();
    region.append(h('p', {}, text));
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
    // Shown afresh, above a dialog that was opened since.
    this.list.hidePopover?.();
    this.list.showPopover?.();
    this.say(kind === 'error' ? this.urgent : this.polite, text);
    setTimeout(() => item.remove(), stayMilliseconds);
  }
}

customElements.define('parley-toasts', Toasts);
