// Sound out: one audio element for each slot, because volume belongs to the person in the slot and the person changes.

import { listDevices } from './devices.js';

/** Fires `blocked` when the browser wants a click before it plays, and `unblocked` after it. */
export class Speakers extends EventTarget {
  /** @param {import('../preferences.js').Preferences} preferences */
  constructor(preferences) {
    super();
    this.preferences = preferences;
    /** @type {Map<string, HTMLAudioElement>} by mid */
    this.elements = new Map();
    this.blocked = false;
    /** The speaker that was chosen is pulled out: the usual one stands in. */
    this.absent = false;
    this.holder = document.createElement('div');
    this.holder.hidden = true;
    this.holder.dataset.role = 'speakers';
    document.body.append(this.holder);
    preferences.addEventListener('change', (event) => {
      // What was picked from the list just now is there.
      if (/** @type {any} */ (event).detail.key === 'speaker') this.absent = false;
      this.adjust();
    });
  }

  /**
   * @param {import('./room.js').Room} room
   * @param {import('./peer.js').Peer} peer
   */
  show(room, peer) {
    for (const slot of room.slots.values()) {
      if (slot.source !== 'microphone' && slot.source !== 'screen-audio' && !this.elements.has(slot.mid)) continue;
      const element = this.elements.get(slot.mid) ?? this.make(slot.mid, peer.stream(slot.mid));
      element.dataset.userId = slot.user_id ?? '';
      element.dataset.source = slot.source ?? '';
    }
    this.adjust();
  }

  /** @param {string} mid @param {MediaStream | null} stream */
  make(mid, stream) {
    const element = document.createElement('audio');
    element.autoplay = true;
    element.dataset.mid = mid;
    element.srcObject = stream;
    this.holder.append(element);
    this.elements.set(mid, element);
    this.route(element);
    element.play().catch((error) => {
      if (error.name === 'NotAllowedError') this.setBlocked(true);
    });
    return element;
  }

  /** Applies volumes, deafening and the chosen speaker. */
  adjust() {
    for (const element of this.elements.values()) {
      const user = element.dataset.userId;
      element.muted = this.preferences.get('deafened') || !user;
      element.volume = user ? this.preferences.volume(user) : 1;
      this.route(element);
    }
  }

  /** @param {HTMLAudioElement} element */
  route(element) {
    const speaker = (!this.absent && this.preferences.get('speaker')) || '';
    const chooser = /** @type {any} */ (element);
    if (chooser.setSinkId && chooser.sinkId !== speaker) chooser.setSinkId(speaker).catch(() => {});
  }

  /** Devices came or went. */
  async findChosen() {
    const chosen = this.preferences.get('speaker');
    this.absent = Boolean(chosen) && !(await listDevices('audiooutput')).some((device) => device.id === chosen);
    this.adjust();
  }

  /** To be called from a click. */
  async unblock() {
    await Promise.all([...this.elements.values()].map((element) => element.play().catch(() => {})));
    this.setBlocked(false);
  }

  /** @param {boolean} blocked */
  setBlocked(blocked) {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.dispatchEvent(new Event(blocked ? 'blocked' : 'unblocked'));
  }

  clear() {
    for (const element of this.elements.values()) {
      element.srcObject = null;
      element.remove();
    }
    this.elements.clear();
    this.setBlocked(false);
  }
}
