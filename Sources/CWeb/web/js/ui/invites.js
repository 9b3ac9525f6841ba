import { app } from '../app.js';
import { h } from '../dom.js';
import { openDialog } from './dialog.js';
import { plural } from './parts.js';

/** The code of the invite link this page was opened by, or null. */
export function invitePath() {
  return location.pathname.match(/^\/invite\/([\w-]{2,64})\/?$/)?.[1] ?? null;
}

/** Forgets the invite in the address, so that a reload does not ask again. */
export function leaveInvitePath() {
  if (invitePath()) history.replaceState(null, '', '/');
}

/** What somebody types or pastes: a link or a bare code. @param {string} text */
export function inviteCode(text) {
  return text.trim().replace(/[/?#]+$/, '').split('/').pop() ?? '';
}

/** @param {any} invite */
export function inviteSummary(invite) {
  const count = invite.approximate_member_count;
  return count ? plural(count, 'member', 'members') : '';
}

/** Asks whether to follow an invite. @param {string} code */
export async function showInvite(code) {
  const invite = await app.api.invite(code).catch((error) => app.toast(error.message, 'error'));
  if (!invite) return leaveInvitePath();
  const known = app.store.guilds.get(invite.guild.id);
  if (known) {
    leaveInvitePath();
    app.selectGuild(known.id);
    if (invite.channel?.type === 2) app.selectRoom(invite.channel.id);
    return;
  }
  openDialog({
    title: `Join ${invite.guild.name}?`,
    body: [h('p', {}, `${invite.inviter?.username ?? 'Somebody'} invited you. ${inviteSummary(invite)}`)],
    confirm: 'Join',
    onconfirm: () => acceptInvite(code),
    onclose: leaveInvitePath,
  });
}

/** @param {string} code */
export async function acceptInvite(code) {
  const invite = await app.api.post(`/invites/${encodeURIComponent(code)}`);
  leaveInvitePath();
  app.toast(`Welcome to ${invite.guild.name}.`, 'good');
  if (app.store.guilds.has(invite.guild.id)) app.selectGuild(invite.guild.id);
}
