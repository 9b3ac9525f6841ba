import { app } from '../app.js';
import { Component, h } from '../dom.js';
import { closePopover } from './popover.js';
import './panel.js';
import './sidebar.js';
import './stage.js';

/** Inside: the rooms on the left, the room in the middle, and beside it whichever panel is open. */
class Home extends Component {
  connected() {
    this.append(
      h('a', { class: 'skip-link', href: '#stage', onclick: skip }, 'Skip to the room'),
      h('div', { class: 'home' }, h('parley-sidebar'), h('parley-stage'), h('parley-panel')),
    );
    this.listen(app, 'select', this.refresh);
    this.listen(app.store, 'change', this.refresh);
    this.listen(app.gateway, 'phase', this.refresh);
    this.listen(window, 'keydown', (event) => this.keyed(event, true));
    this.listen(window, 'keyup', (event) => this.keyed(event, false));
    this.listen(window, 'blur', () => app.call.publisher.talking && app.call.setTalking(false));
  }

  render() {
    const home = /** @type {HTMLElement} */ (this.querySelector('.home'));
    const nowhere = !app.store.loaded || !app.guild;
    home.dataset.view = nowhere ? 'place' : app.showsRoom ? 'room' : 'rooms';
    home.dataset.panel = app.panel ?? 'none';
    home.dataset.gateway = app.gateway.phase;
    home.setAttribute('aria-busy', String(!app.store.loaded));
  }

  /** Push-to-talk. Not while somebody types. @param {KeyboardEvent} event @param {boolean} down */
  keyed(event, down) {
    const { call, preferences } = app;
    if (!preferences.get('pushToTalk') || event.code !== preferences.get('pushToTalkKey') || !call.active) return;
    if (down && (event.repeat || typing(event.target))) return;
    if (down) closePopover();
    if (call.publisher.talking !== down) call.setTalking(down);
  }
}

/** The address stays what it was. @param {MouseEvent} event */
function skip(event) {
  event.preventDefault();
  document.getElementById('stage')?.focus();
}

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox], [type=range]), textarea, select, [contenteditable]');
}

customElements.define('parley-home', Home);
