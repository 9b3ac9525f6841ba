// The voice gateway's socket (docs/voice-gateway.md): frames, heartbeat, and resuming after it drops. It knows nothing about media.

import { Backoff } from '../backoff.js';
import { Heartbeat } from '../heartbeat.js';

export const Opcode = {
  identify: 0,
  selectProtocol: 1,
  ready: 2,
  heartbeat: 3,
  sessionDescription: 4,
  speaking: 5,
  heartbeatAck: 6,
  resume: 7,
  hello: 8,
  resumed: 9,
  clientsConnect: 11,
  video: 12,
  clientsDisconnect: 13,
  tracks: 100,
  slots: 101,
  subscribe: 102,
  layers: 103,
  publishHint: 104,
  participantUpdate: 105,
  statistics: 106,
  notice: 107,
  tracksUpdate: 108,
};

export const Close = {
  tokenRefused: 4004,
  sessionInvalid: 4006,
  channelNotFound: 4011,
  disconnected: 4014,
  offerRefused: 4016,
  rateLimited: 4029,
};

/** The server keeps a session without a socket for 60 s; after that only a new join helps. */
const resumeWindowMilliseconds = 60_000;
/** Codes after which resuming is pointless. */
const final = new Set([4001, 4002, 4003, 4004, 4005, 4006, 4011, 4014, 4016]);

/**
 * Fires `message` ({op, d}), `phase` (open, resuming) and, once, `ended` ({code, reason}).
 */
export class VoiceSocket extends EventTarget {
  /**
   * @param {string} url
   * @param {object} identify the payload of op 0
   */
  constructor(url, identify) {
    super();
    this.url = url;
    this.identify = identify;
    /** @type {{session_id: string, resume_token: string} | null} */
    this.session = null;
    this.lastSequence = 0;
    /** @type {'opening' | 'open' | 'resuming' | 'ended'} */
    this.phase = 'opening';
    this.backoff = new Backoff(250, 8000);
    this.droppedAt = 0;
    this.retryTimer = 0;
    this.heartbeat = new Heartbeat(
      () => this.send(Opcode.heartbeat, { t: Math.round(performance.now()), seq_ack: this.lastSequence }),
      () => this.lost(4009, 'no heartbeat'),
    );
    /** @type {WebSocket | null} */
    this.socket = null;
    this.connect();
  }

  connect() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onmessage = (event) => {
      if (socket === this.socket) this.received(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code, event.reason);
    };
  }

  /** @param {any} frame */
  received(frame) {
    if (frame.seq) this.lastSequence = frame.seq;
    switch (frame.op) {
      case Opcode.hello:
        this.heartbeat.start(frame.d.heartbeat_interval);
        if (this.session) {
          const { session_id, resume_token } = this.session;
          this.send(Opcode.resume, { session_id, token: resume_token, seq_ack: this.lastSequence });
        } else this.send(Opcode.identify, this.identify);
        return;
      case Opcode.heartbeatAck:
        this.heartbeat.answered = true;
        return;
      case Opcode.ready:
        this.session = frame.d;
        this.setPhase('open');
        break;
      case Opcode.resumed:
        this.backoff.reset();
        this.droppedAt = 0;
        this.setPhase('open');
        break;
    }
    this.dispatchEvent(new CustomEvent('message', { detail: frame }));
  }

  /** @param {number} code @param {string} reason */
  lost(code, reason) {
    this.drop(1000);
    if (this.phase === 'ended') return;
    this.droppedAt ||= Date.now();
    const late = Date.now() - this.droppedAt > resumeWindowMilliseconds;
    if (!this.session || final.has(code) || late) return this.end(code, reason);
    this.setPhase('resuming');
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), this.backoff.next());
  }

  /** Ends the session from this side. */
  close() {
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    clearTimeout(this.retryTimer);
    this.drop(1000);
  }

  /** @param {number} code @param {string} reason */
  end(code, reason) {
    this.close();
    this.dispatchEvent(new CustomEvent('ended', { detail: { code, reason } }));
  }

  /** @param {number} code */
  drop(code) {
    this.heartbeat.stop();
    const socket = this.socket;
    this.socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(code);
  }

  /** @param {number} op @param {any} d */
  send(op, d) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ op, d }));
    return true;
  }

  /** @param {VoiceSocket['phase']} phase */
  setPhase(phase) {
    if (this.phase === phase) return;
    this.phase = phase;
    this.dispatchEvent(new Event('phase'));
  }
}
