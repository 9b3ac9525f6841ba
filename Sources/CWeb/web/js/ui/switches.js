// Microphone and ears: the same two switches stand in the dock and in the person's own corner, where they work outside of a call too.

import { app } from '../app.js';
import { setIcon } from './parts.js';

export function toggleMicrophone() {
  const { call, preferences } = app;
  if (preferences.get('deafened')) preferences.set('deafened', false);
  else if (call.microphoneProblem) return call.openMicrophone();
  else preferences.set('muted', !preferences.get('muted'));
  app.say(call.silent ? 'You are muted.' : 'You are not muted.');
}

export function toggleEars() {
  const { preferences } = app;
  preferences.set('deafened', !preferences.get('deafened'));
  app.say(preferences.get('deafened') ? 'You hear nobody, and nobody hears you.' : 'You hear the others again.');
}

/** Shows both as they stand. @param {HTMLElement} microphone @param {HTMLElement} ears */
export function showSwitches(microphone, ears) {
  const { call, preferences } = app;
  const imposed = app.ownVoiceState?.mute ?? false;
  const deafened = preferences.get('deafened');
  const note = imposed ? ' (a moderator muted you)' : '';
  setIcon(microphone, call.silent || imposed ? 'microphone-off' : 'microphone', `${call.silent ? 'Unmute' : 'Mute'}${note}`);
  setIcon(ears, deafened ? 'ears-off' : 'ears', deafened ? 'Hear again' : 'Deafen: hear and say nothing');
  microphone.dataset.state = call.silent || imposed ? 'off' : 'plain';
  ears.dataset.state = deafened ? 'off' : 'plain';
}
