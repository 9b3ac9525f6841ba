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

/** The rungs of the ladder, as a person would say them. */
const layers = { f: 'Full size', h: 'Half size', q: 'Quarter size' };

const sourceNames = { microphone: 'microphone', camera: 'camera', screen: 'screen', 'screen-audio': 'screen sound' };

/** What an encoder says of itself (W3C webrtc-stats, qualityLimitationReason). */
const limits = { cpu: 'this computer', bandwidth: 'the connection', other: 'something else' };

/** @typedef {[name: string, value: any]} Row */
/** @typedef {{key: string, title: string, heading?: boolean, note?: string, rows?: Row[]}} Block */

/** Beside the stage: the people of this community, or the numbers of this connection. */
class Panel extends Component {
  connected() {
    this.heading = h('h2', { tabindex: '-1' });
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
    this.listen(this, 'keydown', (event) => event.key === 'Escape' && app.togglePanel(app.panel));
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
      this.moveFocus(panel);
    }
    this.heading.textContent = panel === 'statistics' ? 'Connection' : 'People';
    if (panel === 'people') this.renderPeople();
  }

  /** Into the panel when it opens, and back to the button that opened it. @param {string | null} panel */
  moveFocus(panel) {
    if (panel) {
      this.opener = document.activeElement;
      this.heading.focus({ preventScroll: true });
    } else if (document.activeElement === document.body || this.contains(document.activeElement)) /** @type {HTMLElement | null} */ (this.opener)?.focus?.();
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
    const nothing = 'Nothing at the moment.';
    /** @type {Block[]} */
    const blocks = [
      { key: 'path', title: 'Path', heading: true },
      {
        key: 'path figures',
        title: '',
        rows: [
          ['Round trip', milliseconds(path.roundTrip)],
          ['Server', path.server],
          ['Room to send', path.available > 0 ? rate(path.available) : ''],
          ['Room to receive', server?.estimate > 0 ? rate(server.estimate) : ''],
          ['Lost on the way up', server && `${server.packets_lost} of ${server.packets_received + server.packets_lost}`],
          ['Encryption', path.cipher?.replace(/^SRTP_/, '').replaceAll('_', ' ')],
        ],
      },
      { key: 'received', title: 'You receive', heading: true, note: received.length ? '' : nothing },
      ...received.map((/** @type {any} */ r) => receivedBlock(r)),
      { key: 'sent', title: 'You send', heading: true, note: sent.length ? '' : nothing },
      ...sent.map((/** @type {any} */ r) => sentBlock(r)),
    ];
    // Kept from look to look: a screen reader or a selection would lose its place once a second otherwise.
    keyed(this.body, blocks, (b) => b.key, makeBlock, updateBlock);
  }
}

const milliseconds = (/** @type {number | undefined} */ seconds) => (seconds === undefined ? '' : `${Math.round(seconds * 1000)} ms`);
const percent = (/** @type {number | undefined} */ share) => (share === undefined ? '' : `${(share * 100).toFixed(1)} %`);
const picture = (/** @type {any} */ r) => (r.width ? `${r.width}×${r.height}, ${Math.round(r.framerate)} fps` : '');
/** @param {Record<string, string>} words @param {string} word */
const worded = (words, word) => words[word] ?? word;

/** @param {any} r @returns {Block} */
const receivedBlock = (r) => ({
  key: `received ${r.userID} ${r.source}`,
  title: `${app.store.name(app.guild, r.userID)} · ${worded(sourceNames, r.source)}`,
  rows: [
    ['Rate', rate(r.bitrate)],
    ['Picture', picture(r)],
    ['Lost', percent(r.lossShare)],
    ['Jitter', milliseconds(r.jitter)],
    ['Layer', r.layer && worded(layers, r.layer)],
    ['Why', r.layer && worded(reasons, r.reason)],
    ['Freezes', r.freezes],
  ],
});

/** @param {any} r @returns {Block} */
const sentBlock = (r) => ({
  key: `sent ${r.source} ${r.rid}`,
  title: [worded(sourceNames, r.source), r.rid && worded(layers, r.rid).toLowerCase(), r.codec].filter(Boolean).join(' · '),
  rows: [
    ['Rate', rate(r.bitrate)],
    ['Picture', picture(r)],
    ['Lost', percent(r.lossShare)],
    ['Limited by', r.limitedBy && r.limitedBy !== 'none' ? worded(limits, r.limitedBy) : ''],
  ],
});

/** @param {Block} block */
function makeBlock({ title, heading }) {
  if (heading) return h('div', {}, h('h3', {}, title), h('p', { class: 'note' }));
  return h('div', { class: title ? 'figure' : '' }, title && h('h4', {}, icon('chart'), h('span', {}, title)), h('dl', { class: 'figures' }));
}

/** @param {HTMLElement} element @param {Block} block */
function updateBlock(element, { heading, note, rows = [] }) {
  if (heading) {
    /** @type {HTMLElement} */ (element.querySelector('.note')).textContent = note ?? '';
    return;
  }
  const shown = rows.filter(([, value]) => value);
  keyed(/** @type {Element} */ (element.querySelector('dl')), shown, ([name]) => name, ([name]) => h('div', {}, h('dt', {}, name), h('dd', {})), (row, [, value]) => {
    if (row.lastElementChild.textContent !== String(value)) row.lastElementChild.textContent = String(value);
  });
}

customElements.define('parley-panel', Panel);
