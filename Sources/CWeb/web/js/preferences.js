// What a person has chosen on this browser.

const storageKey = 'parley.preferences';

const defaults = {
  /** @type {'system' | 'light' | 'dark'} */
  theme: 'system',
  /** @type {string | null} */
  microphone: null,
  /** @type {string | null} */
  camera: null,
  /** @type {string | null} */
  speaker: null,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  pushToTalk: false,
  /** A KeyboardEvent.code. */
  pushToTalkKey: 'Backquote',
  muted: false,
  deafened: false,
  /** A stream tier's name, or null for Auto. @type {string | null} */
  watchTier: null,
  /** @type {string | null} */
  publishTier: null,
  /** Whether the server may lower the quality when the connection is slow. */
  adapt: true,
  mirror: true,
  /** 0 … 1 by user id; absent is 1. @type {Record<string, number>} */
  volumes: {},
  /** @type {string | null} */
  guild: null,
};

/** @typedef {typeof defaults} Values */

/** Fires `change` ({key}) after `set`. */
export class Preferences extends EventTarget {
  constructor() {
    super();
    /** @type {Values} */
    this.values = { ...structuredClone(defaults), ...read() };
  }

  /**
   * @template {keyof Values} K
   * @param {K} key
   * @returns {Values[K]}
   */
  get(key) {
    return this.values[key];
  }

  /**
   * @template {keyof Values} K
   * @param {K} key
   * @param {Values[K]} value
   */
  set(key, value) {
    if (this.values[key] === value) return;
    this.values[key] = value;
    localStorage.setItem(storageKey, JSON.stringify(this.values));
    this.dispatchEvent(new CustomEvent('change', { detail: { key } }));
  }

  /** @param {string} userID */
  volume(userID) {
    return this.values.volumes[userID] ?? 1;
  }

  /** @param {string} userID @param {number} volume */
  setVolume(userID, volume) {
    this.set('volumes', { ...this.values.volumes, [userID]: Math.min(1, Math.max(0, volume)) });
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}');
  } catch {
    return {};
  }
}
