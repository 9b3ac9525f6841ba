import { app } from '../app.js';
import { Component, h } from '../dom.js';
import './home.js';
import { present } from './dialog.js';
import './toasts.js';
import './welcome.js';
import { invitePath, showInvite } from './invites.js';

/** The whole page: the door for those outside, the house for those inside. */
class Shell extends Component {
  connected() {
    this.append(h('div', { class: 'shell-view' }), h('parley-toasts'));
    this.listen(app.credentials, 'change', this.refresh);
    this.listen(app.store, 'change', () => this.offerInvite());
    this.listen(app.call, 'ended', (event) => this.callEnded(event.detail));
    this.listen(app.call, 'said', (event) => app.toast(event.detail.text, 'info'));
    this.listen(app.call, 'change', () => this.nameCall());
    this.offered = false;
  }

  render() {
    const wanted = app.credentials.session ? 'parley-home' : 'parley-welcome';
    const view = /** @type {Element} */ (this.querySelector('.shell-view'));
    if (view.firstElementChild?.localName !== wanted) view.replaceChildren(h(wanted));
    this.offerInvite();
  }

  /** Somebody signed in opened an invite link: ask once, as soon as we know their communities. */
  offerInvite() {
    const code = invitePath();
    if (!code || this.offered || !app.credentials.session || !app.store.loaded) return;
    this.offered = true;
    showInvite(code);
  }

  /** @param {{reason: {code: string, message: string, hint?: string}, guildID: string, channelID: string}} ended */
  callEnded({ reason, guildID, channelID }) {
    const dialog = h(
      'dialog',
      { class: 'dialog small', 'aria-labelledby': 'ended-title', dataset: { reason: reason.code } },
      h('h2', { id: 'ended-title' }, reason.message),
      reason.hint && h('p', {}, reason.hint),
      h(
        'div',
        { class: 'dialog-actions' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Close'),
        app.store.guilds.get(guildID)?.channels.has(channelID) &&
          h(
            'button',
            {
              type: 'button',
              class: 'button primary',
              onclick: () => {
                dialog.close();
                app.guildID = guildID;
                app.join(channelID);
              },
            },
            reason.code === 'moved' ? 'Join here instead' : 'Join again',
          ),
      ),
    );
    present(dialog);
  }

  /** The tab says where the person is. */
  nameCall() {
    const { call, store } = app;
    const channel = call.guildID && store.guilds.get(call.guildID)?.channels.get(call.channelID ?? '');
    const title = channel ? `${channel.name} · Parley` : 'Parley';
    if (document.title !== title) document.title = title;
  }
}

customElements.define('parley-shell', Shell);
