import { app } from '../app.js';
import { Component, h, keyed } from '../dom.js';
import { icon } from '../icons.js';
import { may, Permission } from '../permissions.js';
import { deleteRoom, inviteTo, joinCommunity, leaveCommunity, newCommunity, newRoom, renameRoom } from './dialogs.js';
import { avatar, iconButton } from './parts.js';
import { openPersonMenu } from './person-menu.js';
import { menuHeading, menuItem, menuLine, openPopover } from './popover.js';
import { openSettings } from './settings.js';
import { showSwitches, toggleEars, toggleMicrophone } from './switches.js';

/** Communities, the rooms of one of them with who is there, and the person's own corner. */
class Sidebar extends Component {
  connected() {
    this.switcher = h('button', { type: 'button', class: 'switcher', 'aria-expanded': 'false', onclick: () => this.openSwitcher() });
    this.rooms = h('ul', { class: 'rooms' });
    this.tools = h('div', { class: 'room-tools' });
    this.callBar = h('div', { class: 'call-bar', hidden: true });
    this.mine = h('div', { class: 'me' });
    this.append(
      h(
        'aside',
        { class: 'sidebar', 'aria-label': 'Communities and rooms' },
        this.switcher,
        h('nav', { class: 'room-list', 'aria-label': 'Rooms' }, h('div', { class: 'room-list-head' }, h('h2', {}, 'Rooms'), this.tools), this.rooms),
        this.callBar,
        this.mine,
      ),
    );
    for (const [target, type] of [[app, 'select'], [app.store, 'change'], [app.call, 'change'], [app.gateway, 'phase'], [app.preferences, 'change']]) {
      this.listen(/** @type {any} */ (target), /** @type {string} */ (type), this.refresh);
    }
    this.listen(app.call, 'speaking', () => this.showSpeaking());
  }

  render() {
    this.renderSwitcher();
    this.renderRooms();
    this.renderCallBar();
    this.renderMe();
    this.showSpeaking();
  }

  renderSwitcher() {
    const guild = app.guild;
    const name = guild?.name ?? (app.store.loaded ? 'No community yet' : 'Loading…');
    if (this.switcher.dataset.name === name + app.guildID) return;
    this.switcher.dataset.name = name + app.guildID;
    this.switcher.replaceChildren(
      guild ? avatar(guild.id, name, 'square') : h('img', { src: '/icon.svg', alt: '', width: '34', height: '34' }),
      h('span', { class: 'switcher-name' }, name),
      icon('down'),
    );
    this.switcher.setAttribute('aria-label', `Community: ${name}. Change or add`);
  }

  openSwitcher() {
    const guilds = [...app.store.guilds.values()];
    const guild = app.guild;
    openPopover(this.switcher, 'Communities', [
      guilds.length ? menuHeading('Your communities') : menuHeading('You are in no community yet'),
      ...guilds.map((g) => menuItem(g.name, () => app.selectGuild(g.id), { radio: true, checked: g.id === app.guildID })),
      menuLine(),
      menuItem('Start a community', newCommunity, { icon: 'plus' }),
      menuItem('Join by invite', joinCommunity, { icon: 'link' }),
      ...(guild && guild.ownerID !== app.store.me?.id ? [menuItem(`Leave ${guild.name}`, () => leaveCommunity(guild), { icon: 'out', danger: true })] : []),
    ]);
  }

  renderRooms() {
    const guild = app.guild;
    this.tools.replaceChildren();
    if (!app.store.loaded || !guild) {
      const waiting = app.store.loaded ? [] : ['1', '2', '3'];
      keyed(this.rooms, waiting, (k) => `skeleton-${k}`, () => h('li', { class: 'skeleton room-skeleton', 'aria-hidden': 'true' }));
      return;
    }
    if (may(guild, app.store.me.id, Permission.manageChannels)) {
      this.tools.append(iconButton({ label: 'New room', icon: 'plus', class: 'small', onclick: () => newRoom(guild.id) }));
    }
    const channels = app.store.voiceChannels(guild);
    if (!channels.length) {
      return keyed(this.rooms, ['none'], (k) => k, () => h('li', { class: 'empty-note' }, 'There are no rooms here that you may enter.'));
    }
    keyed(this.rooms, channels, (c) => c.id, (c) => this.makeRoom(c.id), (row, c) => this.updateRoom(row, guild, c));
  }

  /** @param {string} id */
  makeRoom(id) {
    const more = iconButton({ label: 'Room options', icon: 'more', class: 'small room-more', onclick: () => this.openRoomMenu(more, id) });
    more.setAttribute('aria-expanded', 'false');
    const select = h('button', { type: 'button', class: 'room-select', onclick: () => app.selectRoom(id), ondblclick: () => app.join(id) }, icon('voice'), h('span', { class: 'room-name' }));
    const join = h('button', { type: 'button', class: 'button small room-join', onclick: () => app.join(id) }, 'Join');
    return h('li', { class: 'room', dataset: { channelId: id } }, h('div', { class: 'room-row' }, select, more, join), h('ul', { class: 'room-people' }));
  }

  /** @param {HTMLElement} row @param {import('../store.js').Guild} guild @param {any} channel */
  updateRoom(row, guild, channel) {
    const inside = app.call.active && app.call.channelID === channel.id;
    const people = app.store.present(guild, channel.id);
    const select = /** @type {HTMLElement} */ (row.querySelector('.room-select'));
    /** @type {HTMLElement} */ (row.querySelector('.room-name')).textContent = channel.name;
    select.setAttribute('aria-label', `${channel.name}, ${people.length ? `${people.length} inside` : 'empty'}`);
    select.setAttribute('aria-current', String(app.channelID === channel.id));
    row.classList.toggle('inside', inside);
    const join = /** @type {HTMLButtonElement} */ (row.querySelector('.room-join'));
    join.hidden = inside || !may(guild, app.store.me.id, Permission.connect, channel);
    join.setAttribute('aria-label', `Join ${channel.name}`);
    row.querySelector('.room-more')?.setAttribute('aria-label', `${channel.name}: options`);
    keyed(/** @type {Element} */ (row.querySelector('.room-people')), people, (s) => s.user_id, (s) => this.makePerson(s.user_id), (e, s) => this.updatePerson(e, guild, s));
  }

  /** @param {string} userID */
  makePerson(userID) {
    const open = h('button', { type: 'button', class: 'person', 'aria-expanded': 'false', onclick: () => openPersonMenu(open, userID) });
    return h('li', { dataset: { userId: userID } }, open);
  }

  /** @param {HTMLElement} item @param {import('../store.js').Guild} guild @param {any} state */
  updatePerson(item, guild, state) {
    const name = app.store.name(guild, state.user_id);
    /** @type {[string, string][]} */
    const marks = [];
    if (state.self_stream) marks.push(['screen', 'sharing a screen']);
    if (state.self_video) marks.push(['camera', 'camera on']);
    if (state.mute || state.self_mute) marks.push(['microphone-off', state.mute ? 'muted by a moderator' : 'muted']);
    if (state.deaf || state.self_deaf) marks.push(['ears-off', 'not listening']);
    const signature = JSON.stringify([name, marks, state.mute]);
    if (item.dataset.signature === signature) return;
    item.dataset.signature = signature;
    const open = /** @type {HTMLElement} */ (item.firstElementChild);
    open.setAttribute('aria-label', [name, ...marks.map(([, words]) => words)].join(', '));
    open.replaceChildren(
      avatar(state.user_id, name, 'small'),
      h('span', { class: 'person-name' }, name),
      h('span', { class: `person-marks${state.mute ? ' imposed' : ''}` }, marks.map(([i]) => icon(i))),
    );
  }

  showSpeaking() {
    const { call } = app;
    for (const item of this.rooms.querySelectorAll('[data-user-id]')) {
      item.classList.toggle('speaking', call.active && call.room.speaks(/** @type {HTMLElement} */ (item).dataset.userId ?? ''));
    }
  }

  /** @param {HTMLElement} anchor @param {string} id */
  openRoomMenu(anchor, id) {
    const guild = app.guild;
    const channel = guild?.channels.get(id);
    if (!guild || !channel) return;
    const items = [];
    if (may(guild, app.store.me.id, Permission.createInvite, channel)) items.push(menuItem('Invite people', () => inviteTo(channel), { icon: 'invite' }));
    if (may(guild, app.store.me.id, Permission.manageChannels, channel)) {
      items.push(menuItem('Rename', () => renameRoom(channel), { icon: 'pencil' }));
      items.push(menuItem('Delete room', () => deleteRoom(channel), { icon: 'trash', danger: true }));
    }
    if (!items.length) items.push(menuHeading('Nothing to change here'));
    openPopover(anchor, `${channel.name}: options`, items);
  }

  renderCallBar() {
    const { call, store } = app;
    this.callBar.hidden = !call.active;
    if (!call.active) return;
    const channel = store.guilds.get(call.guildID ?? '')?.channels.get(call.channelID ?? '');
    const words = { joining: 'Joining…', connected: 'Connected', reconnecting: 'Reconnecting…', idle: '' }[call.phase];
    const signature = JSON.stringify([call.phase, channel?.name, call.channelID]);
    this.callBar.dataset.phase = call.phase;
    if (this.callBar.dataset.signature === signature) return;
    this.callBar.dataset.signature = signature;
    const back = h('button', {
      type: 'button',
      class: 'call-place',
      onclick: () => {
        app.guildID = call.guildID;
        app.selectRoom(call.channelID);
      },
    });
    back.append(h('span', { class: 'call-state' }, h('span', { class: 'dot', 'aria-hidden': 'true' }), words), h('span', { class: 'call-room' }, channel?.name ?? 'Room'));
    this.callBar.replaceChildren(back, iconButton({ label: 'Leave the room', icon: 'leave', class: 'danger', onclick: () => call.leave() }));
  }

  renderMe() {
    const me = app.store.me ?? app.credentials.session?.user;
    if (!me) return;
    if (this.mine.dataset.name !== me.username) {
      this.mine.dataset.name = me.username;
      this.microphone = iconButton({ label: '', icon: 'microphone', onclick: toggleMicrophone });
      this.ears = iconButton({ label: '', icon: 'ears', onclick: toggleEars });
      this.mine.replaceChildren(
        avatar(me.id, me.username),
        h('span', { class: 'me-name' }, me.global_name ?? me.username),
        this.microphone,
        this.ears,
        iconButton({ label: 'Settings', icon: 'settings', onclick: () => openSettings(), more: { dataset: { action: 'settings' } } }),
      );
    }
    showSwitches(this.microphone, this.ears);
  }
}

customElements.define('parley-sidebar', Sidebar);
