// One person in one voice channel, from the click to the goodbye: the main gateway is asked for a seat, the voice gateway for a session, the
// PeerConnection carries the media, and each of the three may drop and come back by itself.
//
//   idle ── join ──▶ joining ── path up ──▶ connected ──▶ reconnecting ──▶ connected
//                       ▲                                     │
//                       └──────── a new seat is needed ───────┘          any ── leave, moved, refused ──▶ idle

import { Backoff } from '../backoff.js';
import { Path } from './path.js';
import { watchPlugs } from './plugs.js';
import { Publisher } from './publisher.js';
import { Room } from './room.js';
import { Close, Opcode, VoiceSocket } from './socket.js';
import { Speakers } from './speakers.js';
import { Subscriptions } from './subscriptions.js';

/** @typedef {{code: string, message: string, hint?: string}} Problem */

/** The server says nothing for this long after op 4: something is wrong. Chosen. */
const seatTimeoutMilliseconds = 10_000;
/** How long to wait for the key to the room a moderator moved us to. Chosen: both messages leave the server together. */
const farewellMilliseconds = 1000;
/**
 * Fires `change` (anything about the call), `speaking`, `said` ({text}: something the server wants known), and `ended` ({reason: Problem}) when it is over and it was not this person's wish.
 */
export class Call extends EventTarget {
  /**
   * @param {import('../gateway.js').Gateway} gateway
   * @param {import('../store.js').Store} store
   * @param {import('../preferences.js').Preferences} preferences
   */
  constructor(gateway, store, preferences) {
    super();
    this.gateway = gateway;
    this.store = store;
    this.preferences = preferences;
    this.publisher = new Publisher(preferences);
    this.speakers = new Speakers(preferences);
    this.subscriptions = new Subscriptions(preferences);
    /** @type {'idle' | 'joining' | 'connected' | 'reconnecting'} */
    this.phase = 'idle';
    /** @type {string | null} */
    this.guildID = null;
    /** @type {string | null} */
    this.channelID = null;
    this.room = new Room();
    this.path = new Path((op, d) => this.socket?.phase === 'open' && this.socket.send(op, d));
    /** @type {VoiceSocket | null} */
    this.socket = null;
    /** @type {Problem | null} what stands in the way now */
    this.problem = null;
    /** @type {Problem | null} why there is no microphone */
    this.microphoneProblem = null;
    this.awaitingSeat = false;
    /** @type {Problem | null} what the server said before it closed */
    this.farewell = null;
    /** The last op 4, so that the same is not said twice: for a seat that is not taken yet the server would answer with a second token. */
    this.announced = '';
    this.backoff = new Backoff(500, 10_000);
    this.timers = { seat: 0, rejoin: 0, farewell: 0 };
    this.followPath();
    watchPlugs(this);
    gateway.addEventListener('dispatch', (event) => this.dispatched(/** @type {any} */ (event).detail));
    this.publisher.addEventListener('change', () => this.published());
    this.publisher.addEventListener('refused', (event) => {
      const { code, message, hint } = /** @type {any} */ (event).detail;
      this.setProblem(code, message, hint);
    });
    this.preferences.addEventListener('change', (event) => this.preferred(/** @type {any} */ (event).detail.key));
    addEventListener('pagehide', () => this.sayGoodbye());
  }

  /** @returns {import('./peer.js').Peer | null} */
  get peer() {
    return this.path.peer;
  }

  get active() {
    return this.phase !== 'idle';
  }

  /** @param {string} guildID @param {string} channelID */
  join(guildID, channelID) {
    if (this.active && this.channelID === channelID) return;
    if (this.active && this.guildID !== guildID) this.announce(null);
    this.guildID = guildID;
    this.channelID = channelID;
    this.problem = null;
    this.farewell = null;
    this.backoff.reset();
    this.takeSeat();
    this.openMicrophone();
  }

  leave() {
    if (!this.active) return;
    this.announce(null);
    this.end(null);
  }

  /** Opens the microphone; without one the person listens only. */
  async openMicrophone() {
    try {
      await this.publisher.startMicrophone();
      this.microphoneProblem = null;
      if (!this.active) this.publisher.stopAll();
    } catch (error) {
      this.microphoneProblem = /** @type {any} */ (error);
    }
    this.announce();
    this.changed();
  }

  // Joining

  /** Asks for a seat in the channel, and prepares the offer while the answer is on its way. */
  takeSeat() {
    this.hangUp();
    this.phase = this.phase === 'connected' || this.phase === 'reconnecting' ? 'reconnecting' : 'joining';
    this.openPath();
    this.awaitSeat();
    this.announced = '';
    this.announce();
    this.changed();
  }

  openPath() {
    this.speakers.clear();
    this.publisher.attach(this.path.open());
  }

  awaitSeat() {
    this.awaitingSeat = true;
    clearTimeout(this.timers.seat);
    this.timers.seat = setTimeout(() => {
      if (!this.awaitingSeat || this.gateway.phase !== 'ready') return;
      this.setProblem('silent', 'The server did not answer.', 'Trying again…');
      this.rejoinLater();
    }, seatTimeoutMilliseconds);
  }

  /** @param {{name: string, data: any}} event */
  dispatched({ name, data }) {
    if (!this.active) return;
    // A fresh session on the main gateway: the server knows nothing of our seat any more.
    if (name === 'READY') this.takeSeat();
    if (name === 'VOICE_SERVER_UPDATE' && data.guild_id === this.guildID) this.seated(data);
    if (name === 'VOICE_JOIN_REFUSED' && data.channel_id === this.channelID && this.awaitingSeat) this.refused(data);
    if (name === 'CHANNEL_DELETE' && data.id === this.channelID) this.end({ code: 'gone', message: 'This room was deleted.' });
  }

  /** @param {{code: string, message: string}} refusal */
  refused({ code, message }) {
    const words = { full: 'This room is full.', permission: 'Your role does not let you join this room.', 'not-found': 'This room does not exist any more.' };
    this.end({ code, message: words[/** @type {keyof typeof words} */ (code)] ?? message });
  }

  /** @param {any} server VOICE_SERVER_UPDATE */
  seated(server) {
    if (!server.token) return;
    if (!this.awaitingSeat) {
      // Not asked for: a moderator moved us, and this is the key to the new room.
      this.channelID = server.channel_id ?? this.channelID;
      this.hangUp();
      this.phase = 'joining';
      this.openPath();
    }
    this.awaitingSeat = false;
    clearTimeout(this.timers.seat);
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.socket = this.makeSocket(`${scheme}://${server.endpoint || location.host}/voice`, {
      server_id: server.guild_id,
      channel_id: this.channelID,
      user_id: this.store.me.id,
      session_id: this.gateway.sessionID,
      token: server.token,
    });
    this.remember();
    this.changed();
  }

  /** @param {string} url @param {object} identify */
  makeSocket(url, identify) {
    const socket = new VoiceSocket(url, identify);
    const ours = (/** @type {(event: any) => void} */ act) => (/** @type {any} */ event) => socket === this.socket && act(event);
    socket.addEventListener('message', ours((event) => this.received(event.detail)));
    socket.addEventListener('phase', ours(() => this.changed()));
    socket.addEventListener('ended', ours((event) => this.socketEnded(event.detail)));
    return socket;
  }

  // What the voice gateway says

  /** @param {{op: number, d: any}} frame */
  received({ op, d }) {
    const aboutRoom = this.room.received(op, d);
    switch (op) {
      case Opcode.ready:
        this.publisher.voiceBitrate = this.room.voiceBitrate;
        this.publisher.tier = this.publishTier();
        this.path.begin();
        break;
      case Opcode.sessionDescription:
        this.path.answer(d);
        break;
      case Opcode.resumed:
        this.path.restart();
        break;
      case Opcode.tracks:
      case Opcode.tracksUpdate:
        this.subscribe();
        break;
      case Opcode.slots:
        if (this.peer) this.speakers.show(this.room, this.peer);
        break;
      case Opcode.publishHint:
        this.publisher.hinted(d);
        break;
      case Opcode.speaking:
        this.dispatchEvent(new Event('speaking'));
        return;
      case Opcode.notice:
        this.noticed(d);
        break;
    }
    if (aboutRoom) this.changed();
  }

  /** @param {{code: string, message?: string, channel_id?: string, port?: number}} notice */
  noticed(notice) {
    switch (notice.code) {
      case 'unreachable':
        this.unreachable(notice.port);
        break;
      case 'media-lost':
        this.renewPath();
        break;
      case 'moved':
        this.farewell = { code: 'moved', message: 'You joined from another device.', hint: 'This one was disconnected.' };
        break;
      case 'permission':
        // With a close after it this is the reason; without one, some right is gone and the call goes on.
        this.dispatchEvent(new CustomEvent('said', { detail: { text: notice.message || 'What you may do in this room has changed.' } }));
        this.farewell = { code: notice.code, message: notice.message || 'You may not be in this room any more.' };
        break;
      case 'channel-deleted':
      case 'disconnected':
        this.farewell = { code: notice.code, message: notice.message || 'You were disconnected from this room.' };
        break;
    }
  }

  // The path

  followPath() {
    const path = this.path;
    path.addEventListener('state', () => this.pathChanged());
    path.addEventListener('unreachable', () => this.unreachable());
    path.addEventListener('lost', () => this.renewPath());
    path.addEventListener('failed', (event) => {
      this.announce(null);
      this.end(/** @type {any} */ (event).detail);
    });
    path.addEventListener('answered', () => {
      if (this.peer) this.speakers.show(this.room, this.peer);
      this.tellActive();
      this.subscriptions.forgetSent();
      this.subscribe();
    });
  }

  pathChanged() {
    if (this.path.connected) {
      this.backoff.reset();
      this.problem = null;
      this.phase = 'connected';
    } else if (this.peer?.troubled && this.phase === 'connected') this.phase = 'reconnecting';
    this.changed();
  }

  /** A new connection for the same seat: the server sees another certificate and lets go of the old one. */
  renewPath() {
    if (this.socket?.phase !== 'open') return this.rejoinLater();
    if (this.phase === 'connected') this.phase = 'reconnecting';
    this.room.slots.clear();
    this.openPath();
    this.path.begin();
    this.changed();
  }

  /** @param {number} [port] */
  unreachable(port = this.room.mediaPort) {
    if (this.path.connected) return;
    this.setProblem('unreachable', `UDP port ${port} is unreachable.`, 'A firewall between you and the server may be in the way. Still trying…');
  }

  // Coming back and ending

  /** @param {{code: number, reason: string}} how */
  socketEnded({ code, reason }) {
    switch (code) {
      case Close.channelNotFound:
        return this.end({ code: 'gone', message: 'This room does not exist any more.' });
      case Close.disconnected:
        return this.farewellSaid(reason);
      case Close.offerRefused:
        return this.end({ code: 'offer', message: 'The server could not use what this browser offered.', hint: reason });
      default:
        this.rejoinLater();
    }
  }

  /** Moved by a moderator, the key to the new room comes on the other socket, perhaps a moment later than the goodbye here. @param {string} reason */
  farewellSaid(reason) {
    const farewell = this.farewell ?? { code: 'disconnected', message: reason || 'You were disconnected from this room.' };
    this.farewell = null;
    if (farewell.code !== 'moved') return this.end(farewell);
    this.hangUp();
    this.phase = 'joining';
    this.timers.farewell = setTimeout(() => this.end(farewell), farewellMilliseconds);
    this.changed();
  }

  rejoinLater() {
    this.hangUp();
    if (this.phase === 'connected') this.phase = 'reconnecting';
    clearTimeout(this.timers.rejoin);
    this.timers.rejoin = setTimeout(() => this.active && this.gateway.phase === 'ready' && this.rejoin(), this.backoff.next());
    this.changed();
  }

  /** Up and down again: a seat that the server still holds for us would not be given a second key. */
  rejoin() {
    this.announce(null);
    this.takeSeat();
  }

  /** Lets go of socket and connection; what is being shared stays open. */
  hangUp() {
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.awaitingSeat = false;
    this.socket?.close();
    this.socket = null;
    this.publisher.attach(null);
    this.path.close();
    this.speakers.clear();
    this.room = new Room();
    this.subscriptions.forgetSent();
  }

  /** @param {Problem | null} reason null when it was this person's own wish */
  end(reason) {
    this.hangUp();
    this.phase = 'idle';
    this.publisher.stopAll();
    this.problem = null;
    this.microphoneProblem = null;
    sessionStorage.removeItem('parley.call');
    if (reason) this.dispatchEvent(new CustomEvent('ended', { detail: { reason, guildID: this.guildID, channelID: this.channelID } }));
    this.guildID = this.channelID = null;
    this.announced = '';
    this.changed();
  }

  /** The page is going away. The server is told, so that nobody sees a ghost; a reload finds the way back. */
  sayGoodbye() {
    if (!this.active) return;
    this.remember();
    this.announce(null);
    this.socket?.close();
  }

  remember() {
    sessionStorage.setItem('parley.call', JSON.stringify({ guildID: this.guildID, channelID: this.channelID, at: Date.now() }));
  }

  // What we tell

  /** @param {string | null} [channelID] */
  announce(channelID = this.channelID) {
    if (!this.guildID || !this.active) return;
    const state = {
      guild_id: this.guildID,
      channel_id: channelID,
      self_mute: this.silent,
      self_deaf: this.preferences.get('deafened'),
      self_video: this.publisher.has('camera'),
    };
    const text = JSON.stringify(state);
    if (text !== this.announced && this.gateway.sendVoiceState(state)) this.announced = text;
  }

  /** Muted, deafened, or without a microphone. */
  get silent() {
    return this.preferences.get('muted') || this.preferences.get('deafened') || this.microphoneProblem !== null;
  }

  published() {
    this.tellActive();
    this.announce();
    this.changed();
  }

  /** Op 12: what we send now, so that others need not wait for packets to stop. */
  tellActive() {
    const tracks = ['microphone', 'camera', 'screen', 'screen-audio'].map((source) => ({
      source,
      active: this.publisher.has(/** @type {any} */ (source)),
    }));
    this.socket?.send(Opcode.video, { tracks });
  }

  subscribe() {
    if (!this.store.me || this.socket?.phase !== 'open') return;
    const message = this.subscriptions.due(this.room, this.store.me.id);
    if (message && !this.socket.send(Opcode.subscribe, message)) this.subscriptions.forgetSent();
  }

  /** Push-to-talk: held or let go. @param {boolean} talking */
  setTalking(talking) {
    this.publisher.setTalking(talking);
    this.changed();
  }

  publishTier() {
    const tier = this.room.tierNamed(this.preferences.get('publishTier'));
    return tier?.may_publish === false ? null : tier;
  }

  /** @param {string} key */
  preferred(key) {
    if (this.active && (key === 'muted' || key === 'deafened')) this.announce();
    if (key === 'watchTier' || key === 'adapt') this.subscribe();
    if (key === 'publishTier') this.publisher.setTier(this.publishTier());
    this.changed();
  }

  /** @param {string} code @param {string} message @param {string} [hint] */
  setProblem(code, message, hint) {
    this.problem = { code, message, hint };
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}
