// The browser's own counters of one connection, turned into rates over the time since the last look.

import { trackKey } from './room.js';

/** @typedef {{at: number, bytes: number, packets: number, lost: number, frames: number}} Mark */

export class Statistics {
  constructor() {
    /** @type {Map<string, Mark>} by stats id */
    this.marks = new Map();
  }

  /**
   * @param {import('./peer.js').Peer} peer
   * @param {import('./room.js').Room} room
   */
  async look(peer, room) {
    const report = await peer.connection.getStats();
    const rows = [...report.values()];
    return {
      path: this.path(report, rows),
      sent: rows.filter((r) => r.type === 'outbound-rtp').map((r) => this.outbound(r, report, peer)).filter((r) => r.active),
      received: rows.filter((r) => r.type === 'inbound-rtp').map((r) => this.inbound(r, room)).filter((r) => r.userID && r.bitrate > 0),
      server: room.statistics,
    };
  }

  /** @param {any} report @param {any[]} rows */
  path(report, rows) {
    const transport = rows.find((r) => r.type === 'transport');
    const pair =
      report.get(transport?.selectedCandidatePairId) ?? rows.find((r) => r.type === 'candidate-pair' && r.state === 'succeeded' && (r.selected || r.nominated));
    const remote = pair && report.get(pair.remoteCandidateId);
    return {
      roundTrip: pair?.currentRoundTripTime,
      available: pair?.availableOutgoingBitrate,
      server: remote && `${remote.address ?? remote.ip}:${remote.port}`,
      cipher: transport?.srtpCipher,
    };
  }

  /** @param {any} r @param {any} report @param {import('./peer.js').Peer} peer */
  outbound(r, report, peer) {
    const source = [...peer.sections].find(([, t]) => t.mid === r.mid)?.[0] ?? r.kind;
    const rate = this.rates(r.id, { bytes: r.bytesSent, packets: r.packetsSent, lost: 0, frames: r.framesEncoded ?? 0 });
    const remote = r.remoteId && report.get(r.remoteId);
    return {
      source,
      rid: r.rid ?? '',
      codec: codecName(report, r),
      active: r.active !== false && rate.bitrate > 0,
      ...rate,
      width: r.frameWidth,
      height: r.frameHeight,
      lossShare: remote?.fractionLost,
      limitedBy: r.qualityLimitationReason,
    };
  }

  /** @param {any} r @param {import('./room.js').Room} room */
  inbound(r, room) {
    const slot = room.slots.get(r.mid);
    const rate = this.rates(r.id, { bytes: r.bytesReceived, packets: r.packetsReceived, lost: r.packetsLost, frames: r.framesDecoded ?? 0 });
    const layer = slot?.user_id ? room.layers.get(trackKey(slot.user_id, slot.source)) : null;
    return {
      userID: slot?.user_id ?? null,
      source: slot?.source ?? r.kind,
      ...rate,
      width: r.frameWidth,
      height: r.frameHeight,
      jitter: r.jitter,
      freezes: r.freezeCount,
      layer: layer?.rid ?? layer?.layer,
      reason: layer?.reason,
      estimate: layer?.estimate,
    };
  }

  /**
   * @param {string} id
   * @param {Omit<Mark, 'at'>} now
   */
  rates(id, now) {
    const at = performance.now();
    const before = this.marks.get(id);
    this.marks.set(id, { at, ...now });
    if (!before) return { bitrate: 0, framerate: 0, lossShare: 0 };
    const seconds = Math.max(0.001, (at - before.at) / 1000);
    const lost = Math.max(0, now.lost - before.lost);
    const arrived = Math.max(0, now.packets - before.packets);
    return {
      bitrate: Math.max(0, ((now.bytes - before.bytes) * 8) / seconds),
      framerate: Math.max(0, (now.frames - before.frames) / seconds),
      lossShare: lost + arrived ? lost / (lost + arrived) : 0,
    };
  }
}

/** @param {any} report @param {any} r */
function codecName(report, r) {
  const codec = r.codecId && report.get(r.codecId);
  return codec ? codec.mimeType.split('/')[1] : '';
}
