import { app } from '../app.js';
import { Component, h, keyed } from '../dom.js';
import { icon } from '../icons.js';
import { Statistics } from '../voice/statistics.js';
import { Opcode } from '../voice/socket.js';
import { avatar, iconButton, rate } from './parts.js';
import { openPersonMenu } from './person-menu.js';

const lookMilliseconds = 1000;

/** Why a picture is the size it is, in words. */
const reasons = {
  best: 'best there is',
  'viewer-tier': 'as you chose',
  'watch-tier': 'as your role allows',
  'publish-tier': 'as the sender may',
  bandwidth: 'your connection is slow',
  'awaiting-keyframe': 'switching…',
  publisher: 'all that is sent',
  paused: 'paused',
  none: 'not shown',
};

/** Beside the stage: the people of this community, or the numbers of this connection. */
class Panel extends Component {
  connected() {
    this.heading = h('h2', {});
    this.body = h('div', { class: 'panel-body' });
    this.append(
      h(
        'aside',
        { class: 'panel', 'aria-labelledby': 'panel-title' },
        h('div', { class: 'panel-head' }, this.heading, iconButton({ label: 'Close', icon: 'close', class: 'small', onclick: () => app.togglePanel(app.panel) })),
        this.body,
      ),
    );
    this.heading.id = 'panel-title';
    this.listen(app, 'select', this.refresh);
    this.listen(app.store, 'change', this.refresh);
    this.listen(app.call, 'change', this.refresh);
  }

  disconnected() {
    clearInterval(this.looking);
  }

  render() {
    const panel = app.panel === 'statistics' && !app.call.active ? null : app.panel;
    this.hidden = !panel;
    if (this.shown !== panel) {
      this.shown = panel;
      this.body.replaceChildren();
      clearInterval(this.looking);
      if (panel === 'statistics') this.startLooking();
    }
    this.heading.textContent = panel === 'statistics' ? 'Connection' : 'People';
    if (panel === 'people') this.renderPeople();
  }

  renderPeople() {
    const guild = app.guild;
    if (!guild) return;
    const list = this.body.querySelector('ul') ?? this.body.appendChild(h('ul', { class: 'people' }));
    const members = [...guild.members.values()].sort(
      (a, b) => Number(guild.voiceStates.has(b.user.id)) - Number(guild.voiceStates.has(a.user.id)) || app.store.name(guild, a.user.id).localeCompare(app.store.name(guild, b.user.id)),
    );
    keyed(list, members, (m) => m.user.id, (m) => this.makeMember(m.user.id), (item, m) => this.updateMember(item, guild, m));
  }

  /** @param {string} userID */
  makeMember(userID) {
    const open = h('button', { type: 'button', class: 'member', 'aria-expanded': 'false', onclick: () => openPersonMenu(open, userID) });
    return h('li', {}, open);
  }

  /** @param {HTMLElement} item @param {import('../store.js').Guild} guild @param {any} member */
  updateMember(item, guild, member) {
    const { id } = member.user;
    const name = app.store.name(guild, id);
    const room = guild.channels.get(guild.voiceStates.get(id)?.channel_id)?.name;
    const role = guild.ownerID === id ? 'Owner' : '';
    const signature = JSON.stringify([name, room, role]);
    if (item.dataset.signature === signature) return;
    item.dataset.signature = signature;
    item.firstElementChild?.replaceChildren(
      avatar(id, name),
      h('span', { class: 'member-text' }, h('span', { class: 'member-name' }, name), h('span', { class: 'note' }, [room && `In ${room}`, role].filter(Boolean).join(' · '))),
    );
  }

  startLooking() {
    this.statistics = new Statistics();
    const look = async () => {
      const { peer, room, socket } = app.call;
      if (!peer || !this.statistics) return;
      socket?.send(Opcode.statistics, {});
      const figures = await this.statistics.look(peer, room).catch(() => null);
      if (figures && this.shown === 'statistics') this.showFigures(figures);
    };
    look();
    this.looking = setInterval(look, lookMilliseconds);
  }

  /** @param {any} figures */
  showFigures({ path, sent, received, server }) {
    const row = (/** @type {string} */ name, /** @type {any} */ value) => value !== undefined && value !== null && value !== '' && h('div', {}, h('dt', {}, name), h('dd', {}, value));
    const milliseconds = (/** @type {number | undefined} */ seconds) => (seconds === undefined ? undefined : `${Math.round(seconds * 1000)} ms`);
    const percent = (/** @type {number | undefined} */ share) => (share === undefined ? undefined : `${(share * 100).toFixed(1)} %`);
    const size = (/** @type {any} */ r) => (r.width ? `${r.width}×${r.height}, ${Math.round(r.framerate)} fps` : undefined);
    this.body.replaceChildren(
      h('h3', {}, 'Path'),
      h(
        'dl',
        { class: 'figures', dataset: { figures: 'path' } },
        row('Round trip', milliseconds(path.roundTrip)),
        row('Server', path.server),
        row('Room to send', path.available > 0 ? rate(path.available) : undefined),
        row('Room to receive', server?.estimate > 0 ? rate(server.estimate) : undefined),
        row('Lost on the way up', server && `${server.packets_lost} of ${server.packets_received + server.packets_lost}`),
        row('Encryption', path.cipher?.replace(/^SRTP_/, '').replaceAll('_', ' ')),
      ),
      h('h3', {}, 'You receive'),
      ...(received.length ? [] : [h('p', { class: 'note' }, 'Nothing at the moment.')]),
      ...received.map((/** @type {any} */ r) =>
        figure(`${app.store.name(app.guild, r.userID)} · ${r.source}`, [
          row('Rate', rate(r.bitrate)),
          row('Picture', size(r)),
          row('Lost', percent(r.lossShare)),
          row('Jitter', milliseconds(r.jitter)),
          row('Layer', r.layer && `${r.layer}: ${reasons[/** @type {keyof typeof reasons} */ (r.reason)] ?? r.reason}`),
          row('Freezes', r.freezes || undefined),
        ]),
      ),
      h('h3', {}, 'You send'),
      ...(sent.length ? [] : [h('p', { class: 'note' }, 'Nothing at the moment.')]),
      ...sent.map((/** @type {any} */ r) =>
        figure([r.source, r.rid, r.codec].filter(Boolean).join(' · '), [
          row('Rate', rate(r.bitrate)),
          row('Picture', size(r)),
          row('Limited by', r.limitedBy && r.limitedBy !== 'none' ? r.limitedBy : undefined),
        ]),
      ),
    );
  }
}

/** @param {string} title @param {any[]} rows */
const figure = (title, rows) => h('div', { class: 'figure' }, h('h4', {}, icon('chart'), title), h('dl', { class: 'figures' }, rows));

customElements.define('parley-panel', Panel);
