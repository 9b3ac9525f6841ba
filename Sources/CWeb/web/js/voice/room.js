// What the voice gateway has told us about the room we are in. Told things, and remembers them; decides nothing.

import { Opcode } from './socket.js';

/** @typedef {{user_id: string, source: string, kind?: string}} Track */
/** @typedef {{mid: string, user_id: string | null, source: string, codec_unsupported: boolean}} Slot */

/** The key under which a person's track is kept. @param {string} userID @param {string} source */
export const trackKey = (userID, source) => `${userID}/${source}`;

export class Room {
  constructor() {
    /** @type {Map<string, any>} participants by user id */
    this.participants = new Map();
    /** @type {Map<string, Track>} by `trackKey` */
    this.tracks = new Map();
    /** @type {Map<string, Slot>} by mid */
    this.slots = new Map();
    /** @type {Map<string, any>} what is sent to us and why, by `trackKey` */
    this.layers = new Map();
    /** @type {Map<string, number>} dB below full scale by user id, of those who speak now */
    this.speaking = new Map();
    /** @type {any[]} */
    this.streamTiers = [];
    this.voiceBitrate = 64_000;
    this.mediaPort = 0;
    /** @type {any} the server's own counters of our connection */
    this.statistics = null;
  }

  /**
   * @param {number} op
   * @param {any} d
   * @returns {boolean} whether the message was about the room
   */
  received(op, d) {
    switch (op) {
      case Opcode.ready:
        this.participants = new Map(d.participants.map((/** @type {any} */ p) => [p.user_id, p]));
        this.setTracks(d.tracks);
        this.streamTiers = d.stream_tiers ?? [];
        this.voiceBitrate = d.voice_bitrate || this.voiceBitrate;
        this.mediaPort = d.media_port ?? 0;
        return true;
      case Opcode.clientsConnect:
      case Opcode.participantUpdate:
        // After a long absence everybody is told anew: who is not listed has gone.
        if (d.whole) this.participants.clear();
        for (const p of d.participants) this.participants.set(p.user_id, { ...this.participants.get(p.user_id), ...p });
        return true;
      case Opcode.clientsDisconnect:
        for (const id of d.user_ids) {
          this.participants.delete(id);
          this.speaking.delete(id);
        }
        return true;
      case Opcode.tracks:
        this.setTracks(d.tracks);
        return true;
      case Opcode.tracksUpdate:
        for (const t of d.removed) this.tracks.delete(trackKey(t.user_id, t.source));
        for (const t of d.added) this.tracks.set(trackKey(t.user_id, t.source), t);
        return true;
      case Opcode.slots:
        this.slots = new Map(d.slots.map((/** @type {Slot} */ s) => [s.mid, s]));
        return true;
      case Opcode.layers:
        this.layers = new Map(d.layers.map((/** @type {any} */ l) => [trackKey(l.user_id, l.source), l]));
        return true;
      case Opcode.speaking:
        this.speaking = new Map(d.speaking.map((/** @type {any} */ s) => [s.user_id, s.level]));
        return true;
      case Opcode.statistics:
        this.statistics = d;
        return true;
    }
    return false;
  }

  /** @param {Track[]} tracks */
  setTracks(tracks) {
    this.tracks = new Map((tracks ?? []).map((t) => [trackKey(t.user_id, t.source), t]));
  }

  /** The slot that carries a person's track now. @param {string} userID @param {string} source */
  slotOf(userID, source) {
    for (const slot of this.slots.values()) if (slot.user_id === userID && slot.source === source) return slot;
    return null;
  }

  /** Whether somebody is heard speaking now. The level of the last packet before a mute says nothing. @param {string} userID */
  speaks(userID) {
    const person = this.participants.get(userID);
    return this.speaking.has(userID) && !person?.mute && !person?.self_mute;
  }

  /** Wishes are kept by name, because every community has its own tiers. @param {string | null} name @returns {any} */
  tierNamed(name) {
    return name === null ? null : (this.streamTiers.find((tier) => tier.name === name) ?? null);
  }

  /** @param {string} userID @param {string} source */
  has(userID, source) {
    return this.tracks.has(trackKey(userID, source));
  }
}
