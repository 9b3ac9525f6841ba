// What can be done about a person: how loud they are here, how large, and, for moderators, whether they are heard at all.

import { app } from '../app.js';
import { may, Permission } from '../permissions.js';
import { trackKey } from '../voice/room.js';
import { menuHeading, menuItem, menuLine, menuSlider, openPopover } from './popover.js';

/**
 * @param {HTMLElement} anchor
 * @param {string} userID
 * @param {Node[]} [tileItems] what only a tile can do
 */
export function openPersonMenu(anchor, userID, tileItems = []) {
  const guild = app.guild;
  const self = userID === app.store.me?.id;
  const sections = [self ? [] : volume(userID), tileItems, guild && !self ? moderation(guild, userID) : []].filter((s) => s.length);
  if (!sections.length) return;
  const content = sections.flatMap((section, i) => (i ? [menuLine(), ...section] : section));
  openPopover(anchor, `${app.store.name(guild, userID)}: options`, content);
}

/** @param {string} userID */
function volume(userID) {
  const name = app.store.name(app.guild, userID);
  return [
    menuHeading(`How loud ${name} is for you`),
    menuSlider(`Volume of ${name}`, app.preferences.volume(userID), (value) => app.preferences.setVolume(userID, value)),
  ];
}

/**
 * The tiers to watch one picture in.
 * @param {string} userID
 * @param {string} source
 */
export function tierItems(userID, source) {
  const { room, subscriptions } = app.call;
  const key = trackKey(userID, source);
  const now = subscriptions.tierOf(key);
  const choose = (/** @type {string | null} */ name) => {
    subscriptions.tiers.set(key, name);
    app.call.subscribe();
  };
  const tiers = room.streamTiers.filter((tier) => tier.may_watch !== false);
  return [
    menuHeading('Picture quality'),
    menuItem('Auto', () => choose(null), { radio: true, checked: now === null, note: 'Follows your connection' }),
    ...tiers.map((tier) =>
      menuItem(tier.name, () => choose(tier.name), { radio: true, checked: now === tier.name, note: `Up to ${tier.width}×${tier.height}, ${tier.framerate} fps` }),
    ),
  ];
}

/** @param {import('../store.js').Guild} guild @param {string} userID */
function moderation(guild, userID) {
  const state = guild.voiceStates.get(userID);
  if (!state) return [];
  const me = app.store.me.id;
  const channel = guild.channels.get(state.channel_id);
  const allowed = (/** @type {bigint} */ right) => may(guild, me, right, channel);
  const change = (/** @type {any} */ body) => () => app.attempt(() => app.api.patch(`/guilds/${guild.id}/members/${userID}`, body));
  const items = [];
  if (allowed(Permission.muteMembers)) {
    items.push(menuItem(state.mute ? 'Let them speak again' : 'Mute for everyone', change({ mute: !state.mute }), { icon: 'microphone-off' }));
  }
  if (allowed(Permission.deafenMembers)) {
    items.push(menuItem(state.deaf ? 'Let them hear again' : 'Deafen', change({ deaf: !state.deaf }), { icon: 'ears-off' }));
  }
  if (allowed(Permission.moveMembers)) {
    const others = app.store.voiceChannels(guild).filter((c) => c.id !== state.channel_id);
    for (const other of others.slice(0, 8)) items.push(menuItem(`Move to ${other.name}`, change({ channel_id: other.id }), { icon: 'move' }));
    items.push(menuItem('Disconnect', change({ channel_id: null }), { icon: 'leave', danger: true }));
  }
  return items.length ? [menuHeading('Moderation'), ...items] : [];
}
