// The way the media takes: one PeerConnection after another, each restarted a few times before it is given up.

import { Peer } from './peer.js';
import { Opcode } from './socket.js';

/** The figure: 5 s without a connectivity check that got through. */
const unreachableMilliseconds = 5000;
/** A path that says "disconnected" often recovers by itself; longer than this it is restarted. Chosen. */
const patienceMilliseconds = 1500;
const mostRestarts = 3;

/**
 * Fires `state` when the path comes up or goes down, `answered` when a negotiation is done, `unreachable` when no check got through, `lost`
 * when only a new connection helps, and `failed` ({message, hint}) when this browser cannot do what is asked.
 */
export class Path extends EventTarget {
  /** @param {(op: number, d: any) => boolean} send to the voice gateway; false while its socket is away */
  constructor(send) {
    super();
    this.send = send;
    /** @type {Peer | null} */
    this.peer = null;
    /** @type {Promise<any> | null} */
    this.offer = null;
    this.restarts = 0;
    this.timers = { reach: 0, patience: 0 };
  }

  get connected() {
    return this.peer?.connected ?? false;
  }

  /** Makes a connection and begins its offer, which is ready by the time the voice gateway is. */
  open() {
    this.close();
    const peer = new Peer();
    this.peer = peer;
    peer.addEventListener('state', () => peer === this.peer && this.changed());
    this.offer = peer.offer();
    this.offer.catch(() => {});
    return peer;
  }

  /** Sends the offer. */
  async begin() {
    const { peer } = this;
    try {
      const offer = await this.offer;
      if (peer === this.peer) this.send(Opcode.selectProtocol, offer);
    } catch (error) {
      this.fail('This browser could not start a call.', error);
    }
  }

  /** @param {{sdp: string, negotiation: number}} description */
  async answer(description) {
    const { peer } = this;
    if (!peer) return;
    try {
      await peer.accept(description);
    } catch (error) {
      return this.fail('This browser did not understand the server.', error);
    }
    if (peer !== this.peer) return;
    this.dispatchEvent(new Event('answered'));
    clearTimeout(this.timers.reach);
    this.timers.reach = setTimeout(() => {
      if (peer === this.peer && !peer.connected) this.dispatchEvent(new Event('unreachable'));
    }, unreachableMilliseconds);
  }

  changed() {
    const { peer } = this;
    if (!peer) return;
    clearTimeout(this.timers.patience);
    if (peer.connected && !peer.troubled) {
      clearTimeout(this.timers.reach);
      this.restarts = 0;
    } else if (peer.troubled) {
      const failed = peer.connection.connectionState === 'failed' || peer.connection.iceConnectionState === 'failed';
      this.timers.patience = setTimeout(() => this.restart(), failed ? 0 : patienceMilliseconds);
    }
    this.dispatchEvent(new Event('state'));
  }

  /** New credentials and new checks on the same connection; after a few of those the connection is given up. */
  async restart() {
    const { peer } = this;
    if (!peer?.troubled) return;
    if (this.restarts >= mostRestarts) return this.dispatchEvent(new Event('lost'));
    this.restarts += 1;
    try {
      const offer = await peer.offer({ restart: true });
      if (peer === this.peer) this.send(Opcode.selectProtocol, offer);
    } catch {
      this.dispatchEvent(new Event('lost'));
    }
  }

  /** @param {string} message @param {any} error */
  fail(message, error) {
    this.dispatchEvent(new CustomEvent('failed', { detail: { code: 'webrtc', message, hint: String(error) } }));
  }

  close() {
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.peer?.close();
    this.peer = null;
    this.offer = null;
  }
}
