// What this person wishes to see: how large, and what matters most. Sent whole after every change, and only when it says something new.

import { trackKey } from './room.js';

/** Chosen: a large tile comes before everything else when the connection is short, the rest share alike. */
const priority = { large: 200, usual: 100 };

export class Subscriptions {
  /** @param {import('../preferences.js').Preferences} preferences */
  constructor(preferences) {
    this.preferences = preferences;
    /** @type {Map<string, string | null>} the name of the tier chosen for one tile, by `trackKey` */
    this.tiers = new Map();
    /** @type {Set<string>} tracks this person does not want to see */
    this.hidden = new Set();
    /** @type {string | null} the tile that is shown large */
    this.large = null;
    this.sent = '';
  }

  forgetSent() {
    this.sent = '';
  }

  /** The name of the tier wished for a track, its own or the general one; null is Auto. @param {string} key */
  tierOf(key) {
    return this.tiers.has(key) ? /** @type {string | null} */ (this.tiers.get(key)) : this.preferences.get('watchTier');
  }

  /**
   * @param {import('./room.js').Room} room
   * @param {string} me
   */
  message(room, me) {
    const subscriptions = [...room.tracks.values()]
      .filter((track) => track.user_id !== me && (track.source === 'camera' || track.source === 'screen'))
      .map((track) => {
        const key = trackKey(track.user_id, track.source);
        return {
          user_id: track.user_id,
          source: track.source,
          tier: room.tierNamed(this.tierOf(key))?.id ?? null,
          priority: key === this.large ? priority.large : priority.usual,
          paused: this.hidden.has(key),
        };
      });
    return { auto: this.preferences.get('adapt'), subscriptions };
  }

  /**
   * The message to send now, or null when the server already has it.
   * @param {import('./room.js').Room} room
   * @param {string} me
   */
  due(room, me) {
    const message = this.message(room, me);
    const text = JSON.stringify(message);
    if (text === this.sent) return null;
    this.sent = text;
    return message;
  }
}
