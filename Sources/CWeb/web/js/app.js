// What every component shares: the services, what is selected, and a way to say something to the person.

import { API } from './api.js';
import { Call } from './voice/call.js';
import { Credentials } from './credentials.js';
import { Gateway } from './gateway.js';
import { Preferences } from './preferences.js';
import { Store } from './store.js';

/** A room left by a reload is entered again within this time. Chosen: longer, and somebody comes back to find their microphone open. */
const returnMilliseconds = 30_000;

/**
 * Fires `select` when the selection or the open panel changes, `toast` ({text, kind}) and `say` ({text}) for screen readers.
 */
class App extends EventTarget {
  constructor() {
    super();
    this.credentials = new Credentials();
    this.api = new API(this.credentials);
    this.preferences = new Preferences();
    this.store = new Store();
    this.gateway = new Gateway(this.credentials);
    // Before the call, which looks into the store when it hears of the same event.
    this.gateway.addEventListener('dispatch', (event) => {
      const { name, data } = /** @type {any} */ (event).detail;
      this.store.dispatched(name, data);
    });
    this.call = new Call(this.gateway, this.store, this.preferences);
    /** @type {string | null} */
    this.guildID = this.preferences.get('guild');
    /** @type {string | null} the room that is looked at; being in it is another matter */
    this.channelID = null;
    /** @type {'people' | 'statistics' | null} */
    this.panel = null;
    /** On a narrow screen: whether the room is shown, or the list of rooms. */
    this.showsRoom = false;
    this.gateway.addEventListener('signedout', () => this.toast('You were signed out. Please sign in again.', 'info'));
    this.credentials.addEventListener('change', () => this.sessionChanged());
    this.store.addEventListener('joined', (event) => this.selectGuild(/** @type {any} */ (event).detail.guildID));
    this.store.addEventListener('change', () => this.mend());
  }

  start() {
    if (this.credentials.session) this.gateway.open();
  }

  sessionChanged() {
    const session = this.credentials.session;
    const known = this.store.me?.id;
    if (session && (!known || known === session.user?.id)) return this.gateway.open();
    this.call.leave();
    this.gateway.close();
    this.store.clear();
    this.guildID = this.channelID = this.panel = null;
    if (session) this.gateway.open();
  }

  get guild() {
    return this.guildID ? this.store.guilds.get(this.guildID) : undefined;
  }

  get channel() {
    return this.channelID ? this.guild?.channels.get(this.channelID) : undefined;
  }

  /** Our own voice state in the community of the call. */
  get ownVoiceState() {
    return this.store.guilds.get(this.call.guildID ?? '')?.voiceStates.get(this.store.me?.id);
  }

  /** Keeps the selection on something that exists. */
  mend() {
    if (!this.store.loaded) return;
    if (!this.guild) this.guildID = this.store.guilds.keys().next().value ?? null;
    if (this.channelID && !this.channel) this.channelID = null;
    this.returnToCall();
  }

  /** After a reload: back into the room that the reload left. */
  returnToCall() {
    const kept = sessionStorage.getItem('parley.call');
    if (!kept || this.call.active || this.gateway.phase === 'closed') return;
    sessionStorage.removeItem('parley.call');
    const { guildID, channelID, at } = JSON.parse(kept);
    if (Date.now() - at > returnMilliseconds || !this.store.guilds.get(guildID)?.channels.has(channelID)) return;
    this.guildID = guildID;
    this.selectRoom(channelID);
    this.call.join(guildID, channelID);
  }

  /** @param {string} id */
  selectGuild(id) {
    this.guildID = id;
    this.preferences.set('guild', id);
    this.channelID = this.call.guildID === id ? this.call.channelID : null;
    this.showsRoom = false;
    this.selected();
  }

  /** @param {string | null} channelID */
  selectRoom(channelID) {
    this.channelID = channelID;
    this.showsRoom = channelID !== null;
    this.selected();
  }

  /** @param {string} channelID */
  join(channelID) {
    if (!this.guildID) return;
    this.selectRoom(channelID);
    this.call.join(this.guildID, channelID);
  }

  /** @param {App['panel']} panel */
  togglePanel(panel) {
    this.panel = this.panel === panel ? null : panel;
    this.selected();
  }

  selected() {
    this.dispatchEvent(new Event('select'));
  }

  /** @param {string} text @param {'info' | 'error' | 'good'} [kind] */
  toast(text, kind = 'info') {
    this.dispatchEvent(new CustomEvent('toast', { detail: { text, kind } }));
  }

  /** Tells screen readers only. @param {string} text */
  say(text) {
    this.dispatchEvent(new CustomEvent('say', { detail: { text } }));
  }

  /**
   * Does something that may fail, and says so when it does.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      this.toast(/** @type {Error} */ (error).message, 'error');
      return undefined;
    }
  }
}

export const app = new App();
