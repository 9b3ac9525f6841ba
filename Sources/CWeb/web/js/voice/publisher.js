// What this person sends: the local tracks, and how each section encodes its own. It outlives a PeerConnection, so that after a reconnect
// the camera that was on is on again.

import { listDevices, openCamera, openMicrophone, openScreen } from './devices.js';
import { ladder } from './ladder.js';
import { sources } from './peer.js';

/** @typedef {import('./peer.js').Source} Source */

/** Preferences that take a fresh track from the device. @type {Record<string, 'microphone' | 'camera'>} */
const reopens = {
  microphone: 'microphone',
  echoCancellation: 'microphone',
  noiseSuppression: 'microphone',
  autoGainControl: 'microphone',
  camera: 'camera',
};

/**
 * Fires `change` when a source starts or stops, `lost` ({source}) when a device disappears, and `refused` (a DeviceError) when a device that
 * was chosen while another one ran cannot be had.
 */
export class Publisher extends EventTarget {
  /** @param {import('../preferences.js').Preferences} preferences */
  constructor(preferences) {
    super();
    this.preferences = preferences;
    /** @type {Map<Source, MediaStreamTrack>} */
    this.tracks = new Map();
    /** @type {Map<Source, any>} the server's last hint */
    this.hints = new Map();
    /** @type {any} the chosen stream tier, or null for Auto */
    this.tier = null;
    /** Whether the push-to-talk key is held. */
    this.talking = false;
    this.voiceBitrate = 64_000;
    /** @type {import('./peer.js').Peer | null} */
    this.peer = null;
    /** @type {Map<Source, Promise<void>>} `setParameters` calls of one sender must not overlap */
    this.applying = new Map();
    preferences.addEventListener('change', (event) => {
      const source = reopens[/** @type {any} */ (event).detail.key];
      if (source) this.reopen(source).catch((error) => this.dispatchEvent(new CustomEvent('refused', { detail: error })));
      this.gate();
    });
  }

  /** Sends on this connection from now on. @param {import('./peer.js').Peer | null} peer */
  attach(peer) {
    this.peer = peer;
    this.hints.clear();
    if (!peer) return;
    for (const [source, track] of this.tracks) this.send(source, track);
  }

  /** @param {Source} source */
  has(source) {
    return this.tracks.has(source);
  }

  async startMicrophone() {
    if (this.has('microphone')) return;
    this.start('microphone', await openMicrophone(this.preferences));
  }

  async startCamera() {
    this.start('camera', await openCamera(this.preferences, this.tier ?? {}));
  }

  async startScreen() {
    const { video, audio } = await openScreen(this.tier ?? {});
    this.start('screen', video);
    if (audio) this.start('screen-audio', audio);
  }

  /** Changes the device or its processing while it runs. @param {'microphone' | 'camera'} source */
  async reopen(source) {
    if (!this.has(source)) return;
    const track = source === 'microphone' ? await openMicrophone(this.preferences) : await openCamera(this.preferences, this.tier ?? {});
    this.start(source, track);
  }

  /** A device was plugged in: if it is the one that was chosen, and another stands in for it, it is taken. */
  async takeChosen() {
    for (const [source, kind] of /** @type {['microphone' | 'camera', MediaDeviceKind][]} */ ([['microphone', 'audioinput'], ['camera', 'videoinput']])) {
      const chosen = this.preferences.get(source);
      const used = this.tracks.get(source)?.getSettings().deviceId;
      if (!chosen || !used || used === chosen) continue;
      if ((await listDevices(kind)).some((device) => device.id === chosen)) await this.reopen(source).catch(() => {});
    }
  }

  /** @param {Source} source @param {MediaStreamTrack} track */
  start(source, track) {
    const former = this.tracks.get(source);
    this.tracks.set(source, track);
    if (source === 'microphone') track.enabled = this.open;
    track.addEventListener('ended', () => {
      if (this.tracks.get(source) !== track) return;
      this.stop(source);
      this.dispatchEvent(new CustomEvent('lost', { detail: { source } }));
    });
    this.send(source, track);
    former?.stop();
    this.changed();
  }

  /** @param {Source} source */
  stop(source) {
    const track = this.tracks.get(source);
    if (!track) return;
    this.tracks.delete(source);
    track.stop();
    this.peer?.sender(source).replaceTrack(null).catch(() => {});
    if (source === 'screen') this.stop('screen-audio');
    this.changed();
  }

  stopAll() {
    for (const source of [...this.tracks.keys()]) this.stop(source);
  }

  /** Whether the microphone is open to the others: not muted, and held if push-to-talk is on. */
  get open() {
    const held = !this.preferences.get('pushToTalk') || this.talking;
    return held && !this.preferences.get('muted') && !this.preferences.get('deafened');
  }

  /** @param {boolean} talking */
  setTalking(talking) {
    this.talking = talking;
    this.gate();
  }

  gate() {
    const track = this.tracks.get('microphone');
    if (track) track.enabled = this.open;
  }

  /** @param {any} tier */
  setTier(tier) {
    this.tier = tier;
    for (const source of this.tracks.keys()) this.applyParameters(source);
  }

  /** The server says what is watched and how large it may be. @param {any} hint */
  hinted(hint) {
    this.hints.set(hint.source, hint);
    this.applyParameters(hint.source);
  }

  /** @param {Source} source @param {MediaStreamTrack} track */
  send(source, track) {
    const peer = this.peer;
    if (!peer) return;
    peer.sender(source).replaceTrack(track).then(() => this.applyParameters(source), () => {});
  }

  /** Tells the encoder what the ladder says now. @param {Source} source */
  applyParameters(source) {
    const peer = this.peer;
    if (!peer || !this.tracks.has(source)) return;
    const work = async () => {
      if (peer !== this.peer) return;
      const sender = peer.sender(source);
      const parameters = sender.getParameters();
      if (!parameters.encodings?.length) return;
      if (sources[source].kind === 'audio') parameters.encodings[0].maxBitrate = this.audioBitrate(source);
      else this.fillEncodings(source, parameters.encodings);
      await sender.setParameters(parameters);
    };
    const turn = (this.applying.get(source) ?? Promise.resolve()).then(work).catch(() => {});
    this.applying.set(source, turn);
  }

  /** bit/s. Shared sound is usually music, which needs more than speech. @param {Source} source */
  audioBitrate(source) {
    return source === 'screen-audio' ? Math.max(this.voiceBitrate, 96_000) : this.voiceBitrate;
  }

  /** @param {Source} source @param {RTCRtpEncodingParameters[]} encodings */
  fillEncodings(source, encodings) {
    const { width = 1280, height = 720, frameRate = 30 } = /** @type {MediaStreamTrack} */ (this.tracks.get(source)).getSettings();
    const hint = this.hints.get(source);
    const hinted = { height: hint?.max_height, framerate: hint?.max_framerate, bitrate: hint?.max_bitrate };
    const ceilings = [hinted, ...(this.tier ? [this.tier] : [])];
    const watched = new Map((hint?.encodings ?? []).map((/** @type {any} */ e) => [e.rid, e.watched]));
    const rids = encodings.map((e) => e.rid ?? 'f');
    const wanted = ladder({ rids, width, height, frameRate, ceilings, watched });
    // A ceiling of zero is how the server says that this role may not send pictures.
    const forbidden = hint?.max_height === 0;
    encodings.forEach((encoding, i) => Object.assign(encoding, { ...wanted[i], active: wanted[i].active && !forbidden, rid: encoding.rid }));
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}
