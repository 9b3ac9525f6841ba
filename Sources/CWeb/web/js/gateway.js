// The main gateway: one socket for everything that is not media. It follows Discord's protocol, so only what differs is said here.

import { Backoff } from './backoff.js';
import { SignedOut } from './credentials.js';
import { Heartbeat } from './heartbeat.js';

const op = { dispatch: 0, heartbeat: 1, identify: 2, voiceState: 4, resume: 6, reconnect: 7, invalidSession: 9, hello: 10, heartbeatAck: 11 };
/** Closes after which the same token or session would be refused again. */
const closeAuthenticationFailed = 4004;
const closesThatForgetTheSession = new Set([4003, 4004, 4007, 4009]);
/** Guilds, voice states, members, invites and what bots need besides. The server sends a person what they may see. */
const intents = (1 << 0) | (1 << 1) | (1 << 6) | (1 << 7) | (1 << 9);

/**
 * Fires `dispatch` ({name, data}), `phase` when `phase` changes, and `signedout`.
 * Phases: `closed`, `connecting`, `ready`, `waiting` (until `retryAt`).
 */
export class Gateway extends EventTarget {
  /** @param {import('./credentials.js').Credentials} credentials */
  constructor(credentials) {
    super();
    this.credentials = credentials;
    /** @type {'closed' | 'connecting' | 'ready' | 'waiting'} */
    this.phase = 'closed';
    this.retryAt = 0;
    /** @type {string | null} */
    this.sessionID = null;
    this.sequence = 0;
    this.backoff = new Backoff();
    /** @type {WebSocket | null} */
    this.socket = null;
    this.retryTimer = 0;
    this.heartbeat = new Heartbeat(
      () => this.send(op.heartbeat, this.sequence || null),
      () => this.lost(4000, ''),
    );
    addEventListener('online', () => this.retryNow());
  }

  /** Connects, and stays connected until `close`. */
  open() {
    if (this.phase === 'closed') this.connect();
  }

  close() {
    this.setPhase('closed');
    this.sessionID = null;
    this.dropSocket(1000);
    clearTimeout(this.retryTimer);
  }

  /** Tries at once where it would have waited. */
  retryNow() {
    if (this.phase !== 'waiting') return;
    clearTimeout(this.retryTimer);
    this.connect();
  }

  /**
   * Says where this person is and what they have switched off. `channel_id: null` leaves.
   * @param {{guild_id: string, channel_id: string | null, self_mute: boolean, self_deaf: boolean, self_video: boolean}} state
   * @returns {boolean} whether it could be sent
   */
  sendVoiceState(state) {
    return this.send(op.voiceState, state);
  }

  async connect() {
    this.setPhase('connecting');
    let token;
    try {
      token = await this.credentials.accessToken();
    } catch (error) {
      if (error instanceof SignedOut) {
        this.close();
        this.dispatchEvent(new Event('signedout'));
      } else this.retryLater();
      return;
    }
    if (this.phase !== 'connecting') return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/gateway?v=10&encoding=json`);
    this.socket = socket;
    socket.onmessage = (event) => {
      if (socket === this.socket) this.received(JSON.parse(event.data), token);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code, token);
    };
  }

  /** @param {any} frame @param {string} token */
  received(frame, token) {
    if (frame.s) this.sequence = frame.s;
    switch (frame.op) {
      case op.hello:
        this.heartbeat.start(frame.d.heartbeat_interval);
        if (this.sessionID) this.send(op.resume, { token, session_id: this.sessionID, seq: this.sequence });
        else this.identify(token);
        break;
      case op.dispatch:
        this.dispatched(frame.t, frame.d);
        break;
      case op.heartbeat:
        this.send(op.heartbeat, this.sequence || null);
        break;
      case op.heartbeatAck:
        this.heartbeat.answered = true;
        break;
      case op.reconnect:
        this.dropSocket(4000);
        this.connect();
        break;
      case op.invalidSession:
        if (!frame.d) this.sessionID = null;
        this.identify(token);
        break;
    }
  }

  /** @param {string} token */
  identify(token) {
    this.sequence = 0;
    const properties = { os: navigator.platform || 'web', browser: 'Parley', device: 'Parley' };
    this.send(op.identify, { token, properties, intents, compress: false });
  }

  /** @param {string} name @param {any} data */
  dispatched(name, data) {
    if (name === 'READY') this.sessionID = data.session_id;
    this.dispatchEvent(new CustomEvent('dispatch', { detail: { name, data } }));
    if (name === 'READY' || name === 'RESUMED') {
      this.backoff.reset();
      this.setPhase('ready');
    }
  }

  /** @param {number} code @param {string} token */
  async lost(code, token) {
    this.dropSocket(4000);
    if (this.phase === 'closed') return;
    if (closesThatForgetTheSession.has(code)) this.sessionID = null;
    if (code === closeAuthenticationFailed && token) await this.credentials.refresh(token).catch(() => {});
    this.retryLater();
  }

  retryLater() {
    if (this.phase === 'closed') return;
    const wait = this.backoff.next();
    this.retryAt = Date.now() + wait;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), wait);
    this.setPhase('waiting');
  }

  /** @param {number} code */
  dropSocket(code) {
    this.heartbeat.stop();
    const socket = this.socket;
    this.socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(code);
  }

  /** @param {number} opcode @param {any} d */
  send(opcode, d) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ op: opcode, d }));
    return true;
  }

  /** @param {Gateway['phase']} phase */
  setPhase(phase) {
    this.phase = phase;
    this.dispatchEvent(new Event('phase'));
  }
}
