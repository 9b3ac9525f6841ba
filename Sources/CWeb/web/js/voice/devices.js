// Microphones, cameras, screens and speakers, and plain words for everything that can go wrong with them.

/** A device could not be had. `message` is fit to be shown, `hint` says what to do about it. */
export class DeviceError extends Error {
  /**
   * @param {string} code `refused`, `missing`, `busy`, `insecure`, `cancelled` or `unknown`
   * @param {string} message
   * @param {string} [hint]
   */
  constructor(code, message, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

const words = {
  microphone: { noun: 'microphone', refused: 'The browser was not allowed to use your microphone.' },
  camera: { noun: 'camera', refused: 'The browser was not allowed to use your camera.' },
  screen: { noun: 'screen', refused: 'Sharing your screen was not allowed.' },
};

/**
 * @param {'microphone' | 'camera' | 'screen'} what
 * @param {any} error
 */
function explain(what, error) {
  const { noun, refused } = words[what];
  switch (error?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      if (what === 'screen' && !/system/i.test(error.message)) return new DeviceError('cancelled', 'You did not choose anything to share.');
      return new DeviceError('refused', refused, 'Allow it in the address bar (the icon beside the address), then try again.');
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new DeviceError('missing', `No ${noun} was found.`, `Connect a ${noun}, or choose another one in the settings.`);
    case 'NotReadableError':
    case 'AbortError':
      return new DeviceError('busy', `Your ${noun} is in use by another program.`, 'Close the other program and try again.');
    default:
      return new DeviceError('unknown', `Your ${noun} could not be started.`, error?.message ?? '');
  }
}

/** How `getUserMedia` says that a device of this id is not there. */
const absent = new Set(['OverconstrainedError', 'NotFoundError']);

function requireSecureOrigin() {
  if (navigator.mediaDevices) return;
  throw new DeviceError('insecure', 'Browsers give microphone and camera to secure pages only.', 'Open this page by https:// or on localhost.');
}

/**
 * @param {'microphone' | 'camera' | 'screen'} what
 * @param {(deviceId?: ConstrainDOMString) => Promise<MediaStream>} ask
 * @param {string | null} [chosen] the device this person picked; while it is not plugged in the usual one is taken
 */
async function capture(what, ask, chosen = null) {
  requireSecureOrigin();
  try {
    // As an ideal only, Chromium stays with the device that is open already.
    return chosen ? await ask({ exact: chosen }).catch((error) => (absent.has(error.name) ? ask() : Promise.reject(error))) : await ask();
  } catch (error) {
    throw explain(what, error);
  }
}

/** @param {import('../preferences.js').Preferences} preferences @returns {Promise<MediaStreamTrack>} */
export async function openMicrophone(preferences) {
  const audio = {
    echoCancellation: preferences.get('echoCancellation'),
    noiseSuppression: preferences.get('noiseSuppression'),
    autoGainControl: preferences.get('autoGainControl'),
    channelCount: 1,
  };
  const ask = (/** @type {ConstrainDOMString} */ deviceId) => navigator.mediaDevices.getUserMedia({ audio: { ...audio, deviceId } });
  const stream = await capture('microphone', ask, preferences.get('microphone'));
  return stream.getAudioTracks()[0];
}

/**
 * @param {import('../preferences.js').Preferences} preferences
 * @param {import('./ladder.js').Ceiling} ceiling
 * @returns {Promise<MediaStreamTrack>}
 */
export async function openCamera(preferences, ceiling) {
  const video = {
    width: { ideal: ceiling.width ?? 1280 },
    height: { ideal: ceiling.height ?? 720 },
    frameRate: { ideal: ceiling.framerate ?? 30 },
  };
  const ask = (/** @type {ConstrainDOMString} */ deviceId) => navigator.mediaDevices.getUserMedia({ video: { ...video, deviceId } });
  const stream = await capture('camera', ask, preferences.get('camera'));
  const track = stream.getVideoTracks()[0];
  track.contentHint = 'motion';
  return track;
}

/**
 * @param {import('./ladder.js').Ceiling} ceiling
 * @returns {Promise<{video: MediaStreamTrack, audio: MediaStreamTrack | null}>}
 */
export async function openScreen(ceiling) {
  requireSecureOrigin();
  if (!navigator.mediaDevices.getDisplayMedia) throw new DeviceError('missing', 'This browser cannot share a screen.');
  const options = {
    video: { frameRate: { ideal: ceiling.framerate ?? 30 } },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    selfBrowserSurface: 'include',
    surfaceSwitching: 'include',
    systemAudio: 'include',
  };
  const stream = await capture('screen', () => navigator.mediaDevices.getDisplayMedia(/** @type {any} */ (options)));
  const video = stream.getVideoTracks()[0];
  // Letters must stay sharp; frames may be left out.
  video.contentHint = 'detail';
  return { video, audio: stream.getAudioTracks()[0] ?? null };
}

/**
 * Devices of one kind with a name for each; names are empty until a permission was given.
 * @param {MediaDeviceKind} kind
 */
export async function listDevices(kind) {
  if (!navigator.mediaDevices?.enumerateDevices) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === kind && device.deviceId && !aliases.has(device.deviceId))
    .map((device, i) => ({ id: device.deviceId, label: device.label || `${deviceNoun[kind]} ${i + 1}` }));
}

/** Chromium lists what the system prefers a second time under these names; the page has its own line for that. */
const aliases = new Set(['default', 'communications']);

/** @type {Record<MediaDeviceKind, string>} */
const deviceNoun = { audioinput: 'Microphone', videoinput: 'Camera', audiooutput: 'Speaker' };

/** Whether this browser lets a page choose where sound comes out. */
export const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype;
