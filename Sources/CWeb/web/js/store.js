// What the gateway has told us, as plain maps. Components read it and redraw on `change`.

/**
 * @typedef {object} Guild
 * @property {string} id
 * @property {string} name
 * @property {string} ownerID
 * @property {Map<string, any>} roles
 * @property {Map<string, any>} channels
 * @property {Map<string, any>} members by user id
 * @property {Map<string, any>} voiceStates by user id; only those who are in a channel
 */

const voiceChannel = 2;

/** Fires `change` after every event, and `joined` ({guildID}) when a guild turns up after READY. */
export class Store extends EventTarget {
  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {Map<string, Guild>} */
    this.guilds = new Map();
    /** Guilds that READY promised and GUILD_CREATE has not brought yet. @type {Set<string>} */
    this.awaited = new Set();
    this.loaded = false;
  }

  clear() {
    this.me = null;
    this.guilds.clear();
    this.awaited.clear();
    this.loaded = false;
    this.changed();
  }

  /** @param {Guild} guild voice channels in the order in which they are listed */
  voiceChannels(guild) {
    return [...guild.channels.values()]
      .filter((c) => c.type === voiceChannel)
      .sort((a, b) => a.position - b.position || (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  }

  /** @param {Guild} guild @param {string} channelID voice states of those in the channel, by name */
  present(guild, channelID) {
    return [...guild.voiceStates.values()]
      .filter((state) => state.channel_id === channelID)
      .sort((a, b) => this.name(guild, a.user_id).localeCompare(this.name(guild, b.user_id)));
  }

  /** The name to show: the nickname here, the display name, the user name. @param {Guild | undefined} guild @param {string} userID */
  name(guild, userID) {
    const member = guild?.members.get(userID);
    const user = member?.user ?? (this.me?.id === userID ? this.me : null);
    return member?.nick ?? user?.global_name ?? user?.username ?? 'Somebody';
  }

  /** @param {string} name @param {any} data */
  dispatched(name, data) {
    const apply = handlers[name];
    if (!apply) return;
    apply(this, data);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {any[]} rows @param {(row: any) => string} [key] */
const byID = (rows, key = (row) => row.id) => new Map((rows ?? []).map((row) => [key(row), row]));

/** @type {Record<string, (store: Store, data: any) => void>} */
const handlers = {
  READY(store, data) {
    store.me = data.user;
    store.awaited = new Set(data.guilds.map((/** @type {any} */ g) => g.id));
    for (const id of store.guilds.keys()) if (!store.awaited.has(id)) store.guilds.delete(id);
    store.loaded = store.awaited.size === 0;
  },
  GUILD_CREATE(store, data) {
    const fresh = !store.guilds.has(data.id);
    const expected = store.awaited.delete(data.id);
    store.guilds.set(data.id, {
      id: data.id,
      name: data.name,
      ownerID: data.owner_id,
      roles: byID(data.roles),
      channels: byID(data.channels),
      members: byID(data.members, (m) => m.user.id),
      voiceStates: byID((data.voice_states ?? []).filter((/** @type {any} */ s) => s.channel_id), (s) => s.user_id),
    });
    if (store.awaited.size === 0) store.loaded = true;
    if (fresh && !expected) store.dispatchEvent(new CustomEvent('joined', { detail: { guildID: data.id } }));
  },
  GUILD_UPDATE(store, data) {
    const guild = store.guilds.get(data.id);
    if (!guild) return;
    guild.name = data.name ?? guild.name;
    guild.ownerID = data.owner_id ?? guild.ownerID;
    if (data.roles) guild.roles = byID(data.roles);
  },
  GUILD_DELETE(store, data) {
    store.guilds.delete(data.id);
    store.awaited.delete(data.id);
    if (store.awaited.size === 0) store.loaded = true;
  },
  CHANNEL_CREATE: (store, data) => void store.guilds.get(data.guild_id)?.channels.set(data.id, data),
  CHANNEL_UPDATE: (store, data) => void store.guilds.get(data.guild_id)?.channels.set(data.id, data),
  CHANNEL_DELETE: (store, data) => void store.guilds.get(data.guild_id)?.channels.delete(data.id),
  GUILD_ROLE_CREATE: (store, data) => void store.guilds.get(data.guild_id)?.roles.set(data.role.id, data.role),
  GUILD_ROLE_UPDATE: (store, data) => void store.guilds.get(data.guild_id)?.roles.set(data.role.id, data.role),
  GUILD_ROLE_DELETE: (store, data) => void store.guilds.get(data.guild_id)?.roles.delete(data.role_id),
  GUILD_MEMBER_ADD: (store, data) => void store.guilds.get(data.guild_id)?.members.set(data.user.id, data),
  GUILD_MEMBER_UPDATE(store, data) {
    const members = store.guilds.get(data.guild_id)?.members;
    members?.set(data.user.id, { ...members.get(data.user.id), ...data });
  },
  GUILD_MEMBER_REMOVE(store, data) {
    const guild = store.guilds.get(data.guild_id);
    guild?.members.delete(data.user.id);
    guild?.voiceStates.delete(data.user.id);
    if (data.user.id === store.me?.id) store.guilds.delete(data.guild_id);
  },
  VOICE_STATE_UPDATE(store, data) {
    const guild = store.guilds.get(data.guild_id);
    if (!guild) return;
    if (data.member?.user) guild.members.set(data.user_id, { ...guild.members.get(data.user_id), ...data.member });
    if (data.channel_id) guild.voiceStates.set(data.user_id, data);
    else guild.voiceStates.delete(data.user_id);
  },
  USER_UPDATE(store, data) {
    store.me = { ...store.me, ...data };
  },
};
