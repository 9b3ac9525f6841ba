// One RTCPeerConnection with a fixed set of sections: four that publish, then the slots. They are offered once, so that nothing has to be
// negotiated when people come and go: a source starts by `replaceTrack`, and the server says by message which slot shows whom.

/** @typedef {'microphone' | 'camera' | 'screen' | 'screen-audio'} Source */

/** @type {Record<Source, {kind: 'audio' | 'video', rids: string[]}>} */
export const sources = {
  microphone: { kind: 'audio', rids: [] },
  camera: { kind: 'video', rids: ['q', 'h', 'f'] },
  screen: { kind: 'video', rids: ['h', 'f'] },
  'screen-audio': { kind: 'audio', rids: [] },
};

/** @type {Record<string, number>} */
const initialScale = { q: 4, h: 2, f: 1 };
/** @type {Record<string, number>} */
const initialBitrate = { q: 150_000, h: 500_000, f: 1_700_000 };

/**
 * What our server forwards, in the order we like it. A browser's full list makes 5 kB of every video section, and there are sixteen of them.
 * @type {Record<'audio' | 'video', (codec: RTCRtpCodec) => boolean>}
 */
const wanted = {
  audio: (codec) => /opus/i.test(codec.mimeType),
  video: ({ mimeType, sdpFmtpLine = '' }) =>
    /vp8|rtx/i.test(mimeType) ||
    (/vp9/i.test(mimeType) && !/profile-id=[1-9]/.test(sdpFmtpLine)) ||
    (/h264/i.test(mimeType) && /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42e01f/i.test(sdpFmtpLine)),
};

/** @param {RTCRtpTransceiver} transceiver @param {'audio' | 'video'} kind */
function preferCodecs(transceiver, kind) {
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs.filter(wanted[kind]) ?? [];
  if (codecs.length) transceiver.setCodecPreferences?.(codecs);
}

/** Slots as the page offers them by default. @type {[string, 'audio' | 'video', number][]} */
const slotLayout = [
  ['audio', 'audio', 6],
  ['video', 'video', 12],
  ['screen', 'video', 2],
  ['screen-audio', 'audio', 2],
];

/** Fires `state` when the connection's state changes. */
export class Peer extends EventTarget {
  constructor() {
    super();
    this.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
    this.connection.onconnectionstatechange = () => this.dispatchEvent(new Event('state'));
    this.connection.oniceconnectionstatechange = () => this.dispatchEvent(new Event('state'));
    /** @type {Map<Source, RTCRtpTransceiver>} */
    this.sections = new Map();
    /** @type {{purpose: string, transceiver: RTCRtpTransceiver}[]} */
    this.slots = [];
    /** @type {Map<string, MediaStream>} by mid */
    this.streams = new Map();
    this.negotiation = 0;
    this.layOut();
  }

  layOut() {
    for (const [source, { kind, rids }] of /** @type {[Source, any][]} */ (Object.entries(sources))) {
      const sendEncodings = rids.map((/** @type {string} */ rid) => ({
        rid,
        scaleResolutionDownBy: initialScale[rid],
        maxBitrate: initialBitrate[rid],
      }));
      const init = /** @type {RTCRtpTransceiverInit} */ ({ direction: 'sendonly', ...(rids.length ? { sendEncodings } : {}) });
      this.sections.set(source, this.add(kind, init));
    }
    for (const [purpose, kind, count] of slotLayout) {
      for (let i = 0; i < count; i++) {
        this.slots.push({ purpose, transceiver: this.add(kind, { direction: 'recvonly' }) });
      }
    }
  }

  /** @param {'audio' | 'video'} kind @param {RTCRtpTransceiverInit} init */
  add(kind, init) {
    const transceiver = this.connection.addTransceiver(kind, init);
    preferCodecs(transceiver, kind);
    return transceiver;
  }

  /**
   * Makes an offer; the payload of op 1. Candidates are not waited for: the server is ICE-lite and learns our address from the checks.
   * @param {{restart?: boolean}} [options]
   */
  async offer({ restart = false } = {}) {
    if (restart) this.connection.restartIce();
    await this.connection.setLocalDescription();
    this.negotiation += 1;
    /** @type {Record<string, string>} */
    const publish = {};
    for (const [source, transceiver] of this.sections) publish[String(transceiver.mid)] = source;
    /** @type {Record<string, string>} */
    const slots = {};
    for (const { purpose, transceiver } of this.slots) slots[String(transceiver.mid)] = purpose;
    const sdp = this.connection.localDescription?.sdp;
    return { protocol: 'webrtc', sdp, negotiation: this.negotiation, publish, slots };
  }

  /** @param {{sdp: string, negotiation: number}} answer */
  async accept({ sdp, negotiation }) {
    if (negotiation !== undefined && negotiation !== this.negotiation) return;
    if (this.connection.signalingState !== 'have-local-offer') return;
    await this.connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** @param {Source} source */
  sender(source) {
    return /** @type {RTCRtpTransceiver} */ (this.sections.get(source)).sender;
  }

  /** The slot's media, the same object every time. @param {string} mid @returns {MediaStream | null} */
  stream(mid) {
    const slot = this.slots.find((s) => s.transceiver.mid === mid);
    if (!slot) return null;
    let stream = this.streams.get(mid);
    if (!stream) this.streams.set(mid, (stream = new MediaStream([slot.transceiver.receiver.track])));
    return stream;
  }

  get connected() {
    return this.connection.connectionState === 'connected';
  }

  /** The path is gone, or has said nothing for a while. */
  get troubled() {
    const { connectionState, iceConnectionState } = this.connection;
    return connectionState === 'failed' || iceConnectionState === 'failed' || iceConnectionState === 'disconnected';
  }

  close() {
    this.connection.onconnectionstatechange = null;
    this.connection.oniceconnectionstatechange = null;
    this.connection.close();
  }
}
