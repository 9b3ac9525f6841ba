// What the stage shows when there is no call to show: waiting, nothing yet, and the way in.

import { app } from '../app.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { may, Permission } from '../permissions.js';
import { inviteTo, joinCommunity, newCommunity, newRoom } from './dialogs.js';
import { avatar, button, plural } from './parts.js';

/** @param {string} picture @param {string} title @param {string} text @param {...any} actions */
function place(picture, title, text, ...actions) {
  return h(
    'div',
    { class: 'place' },
    h('div', { class: 'place-picture', 'aria-hidden': 'true' }, icon(picture)),
    h('h2', {}, title),
    h('p', {}, text),
    h('div', { class: 'place-actions' }, actions),
  );
}

export function loading() {
  return h('div', { class: 'place', role: 'status' }, h('div', { class: 'spinner', 'aria-hidden': 'true' }), h('p', {}, 'Opening the house…'));
}

export function unreachableServer() {
  return place(
    'warning',
    'The server cannot be reached',
    'It may be restarting, or your connection is down. This page keeps trying.',
    button('Try now', () => app.gateway.retryNow(), { class: 'primary' }),
  );
}

export function noCommunity() {
  return place(
    'people',
    'A quiet house',
    'You are in no community yet. Start one for the people you know, or follow an invite they sent you.',
    button('Start a community', newCommunity, { class: 'primary', icon: 'plus' }),
    button('Join by invite', joinCommunity, { icon: 'link' }),
  );
}

export function noRoom() {
  const guild = app.guild;
  if (guild && !app.store.voiceChannels(guild).length) {
    const mayAdd = may(guild, app.store.me.id, Permission.manageChannels);
    return place('voice', 'No rooms yet', 'A community needs a room to talk in.', mayAdd && button('New room', () => newRoom(guild.id), { class: 'primary', icon: 'plus' }));
  }
  return place('voice', 'Where would you like to sit?', 'Choose a room on the left. You see who is inside before you enter.');
}

/** The room before one enters it: who is there, and the door. */
export function lobby() {
  const guild = /** @type {import('../store.js').Guild} */ (app.guild);
  const channel = app.channel;
  const people = app.store.present(guild, channel.id);
  const mayJoin = may(guild, app.store.me.id, Permission.connect, channel);
  const mayInvite = may(guild, app.store.me.id, Permission.createInvite, channel);
  const names = people.map((state) => app.store.name(guild, state.user_id));
  return h(
    'div',
    { class: 'place lobby' },
    people.length
      ? h('div', { class: 'face-pile', 'aria-hidden': 'true' }, people.slice(0, 7).map((state, i) => avatar(state.user_id, names[i], 'large')))
      : h('div', { class: 'place-picture', 'aria-hidden': 'true' }, icon('voice')),
    h('h2', {}, channel.name),
    h('p', {}, presence(names)),
    mayJoin
      ? h(
          'div',
          { class: 'place-actions' },
          button('Join with voice', () => app.join(channel.id), { class: 'primary', icon: 'microphone', more: { dataset: { action: 'join' } } }),
          mayInvite && button('Invite people', () => inviteTo(channel), { icon: 'invite' }),
        )
      : h('p', { class: 'notice warn' }, 'Your role does not let you join this room.'),
    mayJoin && h('p', { class: 'note' }, app.preferences.get('muted') ? 'You will come in muted.' : 'Your browser may ask for your microphone.'),
  );
}

/** @param {string[]} names */
function presence(names) {
  if (!names.length) return 'Nobody is here yet. Go in, and others will see it.';
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${plural(names.length - 3, 'other', 'others')} are inside.` : `${shown} ${names.length === 1 ? 'is' : 'are'} inside.`;
}
