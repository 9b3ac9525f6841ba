// The dialogs that ask one thing: a new community, an invite, a room.

import { app } from '../app.js';
import { h } from '../dom.js';
import { openDialog } from './dialog.js';
import { acceptInvite, inviteCode } from './invites.js';
import { field } from './parts.js';

export function newCommunity() {
  openDialog({
    title: 'Start a community',
    body: [
      h('p', { class: 'dialog-lead' }, 'A place for your group, with rooms to talk in. You can invite people right away.'),
      field({ label: 'Name', name: 'name', input: { required: true, maxlength: 100, placeholder: 'Friday table' } }),
    ],
    confirm: 'Create',
    onconfirm: async ({ name }) => {
      const guild = await app.api.post('/guilds', { name: name.trim() });
      if (app.store.guilds.has(guild.id)) app.selectGuild(guild.id);
    },
  });
}

export function joinCommunity() {
  openDialog({
    title: 'Join by invite',
    body: [field({ label: 'Invite link or code', name: 'invite', input: { required: true, maxlength: 200, placeholder: `${location.origin}/invite/…` } })],
    confirm: 'Join',
    onconfirm: ({ invite }) => acceptInvite(inviteCode(invite)),
  });
}

/** @param {string} guildID */
export function newRoom(guildID) {
  openDialog({
    title: 'New room',
    body: [field({ label: 'Name', name: 'name', input: { required: true, maxlength: 100, placeholder: 'Workshop' } })],
    confirm: 'Create',
    onconfirm: async ({ name }) => {
      const channel = await app.api.post(`/guilds/${guildID}/channels`, { name: name.trim(), type: 2 });
      app.selectRoom(channel.id);
    },
  });
}

/** @param {any} channel */
export function renameRoom(channel) {
  openDialog({
    title: 'Rename room',
    body: [field({ label: 'Name', name: 'name', input: { required: true, maxlength: 100, value: channel.name } })],
    confirm: 'Rename',
    onconfirm: ({ name }) => app.api.patch(`/channels/${channel.id}`, { name: name.trim() }),
  });
}

/** @param {any} channel */
export function deleteRoom(channel) {
  openDialog({
    title: `Delete ${channel.name}?`,
    body: [h('p', {}, 'Whoever is in this room will be disconnected. This cannot be undone.')],
    confirm: 'Delete room',
    danger: true,
    onconfirm: () => app.api.delete(`/channels/${channel.id}`),
  });
}

/** @param {import('../store.js').Guild} guild */
export function leaveCommunity(guild) {
  openDialog({
    title: `Leave ${guild.name}?`,
    body: [h('p', {}, 'You will need a new invite to come back.')],
    confirm: 'Leave',
    danger: true,
    onconfirm: () => app.api.delete(`/users/@me/guilds/${guild.id}`),
  });
}

/** Makes an invite and shows its link. @param {any} channel */
export async function inviteTo(channel) {
  const invite = await app.attempt(() => app.api.post(`/channels/${channel.id}/invites`, { max_age: 604800, max_uses: 0 }));
  if (!invite) return;
  const link = `${location.origin}/invite/${invite.code}`;
  const input = h('input', { readonly: true, value: link, 'aria-label': 'Invite link', class: 'invite-link' });
  const copy = h('button', { type: 'button', class: 'button primary' }, 'Copy');
  copy.addEventListener('click', async () => {
    input.select();
    // The clipboard is for secure origins only; the old way works from a click everywhere.
    await (navigator.clipboard?.writeText(link) ?? Promise.reject()).catch(() => document.execCommand('copy'));
    copy.textContent = 'Copied';
    app.say('Link copied.');
  });
  openDialog({
    title: `Invite people to ${channel.name}`,
    body: [
      h('p', { class: 'dialog-lead' }, 'Whoever opens this link can join, for the next seven days.'),
      h('div', { class: 'copy-row' }, input, copy),
    ],
    confirm: null,
  });
  copy.focus();
}
