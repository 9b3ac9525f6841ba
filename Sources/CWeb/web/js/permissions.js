// What a member may do in a channel, by Discord's rules. The server decides; the page computes the same only to show what is worth showing.

export const Permission = {
  createInvite: 1n << 0n,
  kickMembers: 1n << 1n,
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  manageGuild: 1n << 5n,
  stream: 1n << 9n,
  viewChannel: 1n << 10n,
  connect: 1n << 20n,
  speak: 1n << 21n,
  muteMembers: 1n << 22n,
  deafenMembers: 1n << 23n,
  moveMembers: 1n << 24n,
};

const all = (1n << 64n) - 1n;

/**
 * @param {import('./store.js').Guild} guild
 * @param {string} userID
 * @param {any} [channel]
 * @returns {bigint}
 */
export function permissions(guild, userID, channel) {
  if (guild.ownerID === userID) return all;
  const member = guild.members.get(userID);
  if (!member) return 0n;
  let granted = BigInt(guild.roles.get(guild.id)?.permissions ?? 0);
  for (const role of member.roles ?? []) granted |= BigInt(guild.roles.get(role)?.permissions ?? 0);
  if (granted & Permission.administrator) return all;
  return channel ? overwritten(granted, guild.id, member, userID, channel.permission_overwrites ?? []) : granted;
}

/**
 * Order: everyone, then all roles together, then the member.
 * @param {bigint} base
 * @param {string} everyone
 * @param {any} member
 * @param {string} userID
 * @param {any[]} overwrites
 */
function overwritten(base, everyone, member, userID, overwrites) {
  let granted = base;
  const apply = (/** @type {any[]} */ rows) => {
    const deny = rows.reduce((bits, o) => bits | BigInt(o.deny), 0n);
    const allow = rows.reduce((bits, o) => bits | BigInt(o.allow), 0n);
    granted = (granted & ~deny) | allow;
  };
  apply(overwrites.filter((o) => o.id === everyone));
  apply(overwrites.filter((o) => o.id !== everyone && (member.roles ?? []).includes(o.id)));
  apply(overwrites.filter((o) => o.id === userID));
  return granted;
}

/**
 * @param {import('./store.js').Guild} guild
 * @param {string} userID
 * @param {bigint} wanted
 * @param {any} [channel]
 */
export function may(guild, userID, wanted, channel) {
  return (permissions(guild, userID, channel) & wanted) === wanted;
}
