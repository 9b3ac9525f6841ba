// Devices are plugged in and out while somebody talks.

import { listDevices } from './devices.js';

const words = { camera: 'Your camera was disconnected.', screen: 'Screen sharing ended.' };

/**
 * Watches over the devices of a call: what is pulled out is said, the next microphone takes over, and what was chosen is taken again when it is back.
 * @param {import('./call.js').Call} call
 */
export function watchPlugs(call) {
  const say = (/** @type {string} */ text) => call.dispatchEvent(new CustomEvent('said', { detail: { text } }));
  call.publisher.addEventListener('lost', async (event) => {
    const { source } = /** @type {any} */ (event).detail;
    if (source !== 'microphone') return words[/** @type {keyof typeof words} */ (source)] && say(words[/** @type {keyof typeof words} */ (source)]);
    if (!call.active) return;
    await call.openMicrophone();
    const next = call.publisher.tracks.get('microphone')?.label;
    say(next ? `Your microphone was disconnected. Now in use: ${next}.` : 'Your microphone was disconnected. You can listen.');
  });
  navigator.mediaDevices?.addEventListener?.('devicechange', async () => {
    await call.speakers.findChosen();
    if (!call.active) return;
    if (call.microphoneProblem?.code === 'missing' && (await listDevices('audioinput')).length) await call.openMicrophone();
    await call.publisher.takeChosen();
  });
}
