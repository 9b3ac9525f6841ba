import { app } from '../app.js';
import { h } from '../dom.js';
import { canChooseSpeaker, listDevices, openMicrophone } from '../voice/devices.js';
import { dialogHead, present } from './dialog.js';
import { toggle } from './parts.js';

/** What is printed on a key. @param {string} code a KeyboardEvent.code */
export function keyName(code) {
  const names = { Backquote: '`', Space: 'Space', ControlLeft: 'Left Ctrl', ControlRight: 'Right Ctrl', AltLeft: 'Left Alt', ShiftLeft: 'Left Shift' };
  return names[/** @type {keyof typeof names} */ (code)] ?? code.replace(/^(Key|Digit|Numpad)/, '');
}

/** The settings, in one dialog. Everything takes effect at once; there is nothing to save. */
export function openSettings() {
  const ending = new AbortController();
  const dialog = h(
    'dialog',
    { class: 'dialog settings', 'aria-labelledby': 'settings-title' },
    dialogHead('settings-title', 'Settings', () => dialog.close()),
    section('Microphone', [
      devicePicker('audioinput', 'microphone', 'Microphone', ending.signal),
      microphoneTest(ending.signal),
      preferenceToggle('echoCancellation', 'Echo cancellation', 'Others do not hear themselves through your speakers.'),
      preferenceToggle('noiseSuppression', 'Noise suppression', 'Takes out fans and typing. Turn it off for music.'),
      preferenceToggle('autoGainControl', 'Automatic volume', 'Evens out how loud you are.'),
    ]),
    section('Push to talk', [preferenceToggle('pushToTalk', 'Speak only while a key is held'), keyPicker()]),
    section('Speaker and camera', [
      canChooseSpeaker ? devicePicker('audiooutput', 'speaker', 'Speaker', ending.signal) : h('p', { class: 'note' }, 'Your browser plays on the speaker that your system has chosen.'),
      devicePicker('videoinput', 'camera', 'Camera', ending.signal),
      preferenceToggle('mirror', 'Mirror my own picture', 'Only for you; others see you the right way round.'),
    ]),
    section('Connection', [preferenceToggle('adapt', 'Lower quality on a slow connection', 'Off: pictures keep the quality you chose, even if they stop now and then.')]),
    section('Appearance', [themePicker()]),
    section('Account', [account(() => dialog.close())]),
  );
  present(dialog, () => ending.abort());
}

/** @param {string} title @param {Node[]} content */
function section(title, content) {
  return h('section', { class: 'settings-section' }, h('h3', {}, title), content);
}

/**
 * @param {'echoCancellation' | 'noiseSuppression' | 'autoGainControl' | 'pushToTalk' | 'mirror' | 'adapt'} key
 * @param {string} label
 * @param {string} [note]
 */
function preferenceToggle(key, label, note) {
  return toggle({ label, note, checked: app.preferences.get(key), onchange: (checked) => app.preferences.set(key, checked) });
}

/** @param {MediaDeviceKind} kind @param {'microphone' | 'camera' | 'speaker'} key @param {string} label @param {AbortSignal} ending */
function devicePicker(kind, key, label, ending) {
  const id = `device-${key}`;
  const select = h('select', { id, onchange: () => app.preferences.set(key, select.value || null) });
  const fill = async () => {
    const devices = await listDevices(kind);
    select.replaceChildren(h('option', { value: '' }, 'The usual one'), ...devices.map((device) => h('option', { value: device.id }, device.label)));
    select.value = app.preferences.get(key) ?? '';
    // What was chosen is not plugged in now; the usual one is used until it is.
    if (select.selectedIndex < 0) select.value = '';
  };
  fill();
  navigator.mediaDevices?.addEventListener('devicechange', fill, { signal: ending });
  return h('div', { class: 'field' }, h('label', { for: id }, label), select);
}

/** Shows how loud the microphone is. @param {AbortSignal} ending */
function microphoneTest(ending) {
  const meter = h('meter', { min: '0', max: '1', low: '0.05', value: '0', 'aria-label': 'Microphone level' });
  const button = h('button', { type: 'button', class: 'button small' }, 'Test');
  const note = h('p', { class: 'note', role: 'status' });
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const track = await openMicrophone(app.preferences);
      note.textContent = 'Say something: the bar should move.';
      watchLevel(track, meter, ending);
    } catch (error) {
      const { message, hint } = /** @type {any} */ (error);
      note.textContent = `${message} ${hint ?? ''}`;
      button.disabled = false;
    }
  });
  return h('div', {}, h('div', { class: 'meter-row' }, meter, button), note);
}

/** @param {MediaStreamTrack} track @param {HTMLMeterElement} meter @param {AbortSignal} ending */
function watchLevel(track, meter, ending) {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const draw = () => {
    if (ending.aborted) {
      track.stop();
      audio.close();
      return;
    }
    analyser.getFloatTimeDomainData(samples);
    meter.value = Math.min(1, 4 * Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length));
    requestAnimationFrame(draw);
  };
  draw();
}

function keyPicker() {
  const words = () => ['Key', h('kbd', { class: 'key' }, keyName(app.preferences.get('pushToTalkKey')))];
  const button = h('button', { type: 'button', class: 'button small', dataset: { action: 'push-to-talk-key' } }, words());
  button.addEventListener('click', () => {
    button.textContent = 'Press a key…';
    button.addEventListener(
      'keydown',
      (/** @type {KeyboardEvent} */ event) => {
        event.preventDefault();
        event.stopPropagation();
        if (event.code !== 'Escape') app.preferences.set('pushToTalkKey', event.code);
        button.replaceChildren(...words());
      },
      { once: true },
    );
  });
  return h('div', { class: 'key-row' }, button, h('span', { class: 'note' }, 'Works while this page has the focus.'));
}

function themePicker() {
  const options = /** @type {const} */ ([['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark']]);
  return h(
    'fieldset',
    { class: 'segments' },
    h('legend', { class: 'visually-hidden' }, 'Theme'),
    options.map(([value, label]) => {
      const input = h('input', { type: 'radio', name: 'theme', value, onchange: () => app.preferences.set('theme', value) });
      input.checked = app.preferences.get('theme') === value;
      return h('label', {}, input, h('span', {}, label));
    }),
  );
}

/** @param {() => void} close */
function account(close) {
  const me = app.store.me ?? app.credentials.session?.user;
  const out = () => {
    close();
    app.call.leave();
    app.api.signOut();
  };
  return h(
    'div',
    { class: 'account-row' },
    h('p', {}, 'Signed in as ', h('strong', {}, me?.username ?? '')),
    h('button', { type: 'button', class: 'button', onclick: out, dataset: { action: 'sign-out' } }, 'Sign out'),
  );
}
