import { app } from '../app.js';
import { canChooseSpeaker, DeviceError, listDevices } from '../voice/devices.js';
import { Component, h } from '../dom.js';
import { icon } from '../icons.js';
import { iconButton, setIcon } from './parts.js';
import { showSwitches, toggleEars, toggleMicrophone } from './switches.js';
import { menuHeading, menuItem, menuLine, openPopover } from './popover.js';
import { keyName, openSettings } from './settings.js';

/** The controls of a call, at the bottom of the stage. */
class Dock extends Component {
  connected() {
    const control = (/** @type {string} */ name, /** @type {() => void} */ onclick) => {
      const element = iconButton({ label: '', icon: name, class: 'control', onclick });
      element.dataset.control = name;
      return element;
    };
    const caret = (/** @type {string} */ label, /** @type {(anchor: HTMLElement) => void} */ open) => {
      const element = h('button', { type: 'button', class: 'caret', 'aria-label': label, 'aria-expanded': 'false', onclick: () => open(element) }, icon('down'));
      return element;
    };
    this.microphone = control('microphone', toggleMicrophone);
    this.ears = control('ears', toggleEars);
    this.camera = control('camera', () => this.toggleCamera());
    this.screen = control('screen', () => this.toggleScreen());
    this.quality = control('settings', () => this.openQuality());
    this.quality.setAttribute('aria-expanded', 'false');
    this.leave = iconButton({ label: 'Leave the room', icon: 'leave', class: 'control leave', onclick: () => app.call.leave() });
    this.leave.dataset.control = 'leave';
    this.talk = h('button', { type: 'button', class: 'talk', hidden: true });
    this.append(
      this.talk,
      h(
        'div',
        { class: 'dock', role: 'toolbar', 'aria-label': 'Call controls' },
        h('span', { class: 'split' }, this.microphone, caret('Choose microphone and speaker', (a) => this.openDevices(a, ['audioinput', 'audiooutput']))),
        this.ears,
        h('span', { class: 'split' }, this.camera, caret('Choose camera', (a) => this.openDevices(a, ['videoinput']))),
        this.screen,
        this.quality,
        this.leave,
      ),
    );
    this.makeTalkButton();
    this.listen(app.call, 'change', this.refresh);
    this.listen(app.store, 'change', this.refresh);
    this.listen(app.preferences, 'change', this.refresh);
    this.listen(this, 'keydown', (event) => this.keyed(event));
  }

  render() {
    const { call } = app;
    showSwitches(this.microphone, this.ears);
    const camera = call.publisher.has('camera');
    const screen = call.publisher.has('screen');
    setIcon(this.camera, camera ? 'camera' : 'camera-off', camera ? 'Turn camera off' : 'Turn camera on');
    setIcon(this.screen, screen ? 'screen-stop' : 'screen', screen ? 'Stop sharing your screen' : 'Share your screen');
    setIcon(this.quality, 'settings', 'Quality and settings');
    this.camera.dataset.state = camera ? 'on' : 'plain';
    this.screen.dataset.state = screen ? 'on' : 'plain';
    this.renderTalk();
    this.tellImposed();
  }

  /** What a moderator did to this person is said once, when it happens. */
  tellImposed() {
    const state = app.ownVoiceState;
    if (!state) return;
    const { mute = false, deaf = false } = state;
    const before = this.imposed;
    this.imposed = { mute, deaf };
    if (!before) return;
    if (mute !== before.mute) app.toast(mute ? 'A moderator muted you.' : 'You may speak again.', 'info');
    if (deaf !== before.deaf) app.toast(deaf ? 'A moderator deafened you.' : 'You may hear again.', 'info');
  }

  /** A toolbar: the arrow keys go along it. @param {KeyboardEvent} event */
  keyed(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const stops = [...this.querySelectorAll('.dock button')].filter((b) => b.checkVisibility());
    const now = stops.indexOf(/** @type {Element} */ (event.target));
    if (!step || now < 0) return;
    event.preventDefault();
    stops[(now + step + stops.length) % stops.length].focus();
  }

  toggleCamera() {
    const { publisher } = app.call;
    if (publisher.has('camera')) publisher.stop('camera');
    else this.start(() => publisher.startCamera());
  }

  toggleScreen() {
    const { publisher } = app.call;
    if (publisher.has('screen')) publisher.stop('screen');
    else this.start(() => publisher.startScreen());
  }

  /** @param {() => Promise<void>} work */
  async start(work) {
    try {
      await work();
      if (!app.call.active) app.call.publisher.stopAll();
    } catch (error) {
      const { code, message, hint } = /** @type {DeviceError} */ (error);
      if (code !== 'cancelled') app.toast(hint ? `${message} ${hint}` : message, 'error');
    }
  }

  /** @param {HTMLElement} anchor @param {MediaDeviceKind[]} kinds */
  async openDevices(anchor, kinds) {
    /** @type {Record<string, [string, 'microphone' | 'camera' | 'speaker']>} */
    const about = { audioinput: ['Microphone', 'microphone'], videoinput: ['Camera', 'camera'], audiooutput: ['Speaker', 'speaker'] };
    const content = [];
    for (const kind of kinds) {
      if (kind === 'audiooutput' && !canChooseSpeaker) continue;
      const [title, key] = about[kind];
      const chosen = app.preferences.get(key);
      const choose = (/** @type {string | null} */ id) => app.preferences.set(key, id);
      if (content.length) content.push(menuLine());
      content.push(menuHeading(title), menuItem('The usual one', () => choose(null), { radio: true, checked: chosen === null }));
      for (const device of await listDevices(kind)) content.push(menuItem(device.label, () => choose(device.id), { radio: true, checked: chosen === device.id }));
    }
    openPopover(anchor, 'Devices', content);
  }

  openQuality() {
    const { preferences, call } = app;
    const section = (/** @type {string} */ title, /** @type {'watchTier' | 'publishTier'} */ key, /** @type {string} */ right) => [
      menuHeading(title),
      menuItem('Auto', () => preferences.set(key, null), { radio: true, checked: preferences.get(key) === null }),
      ...call.room.streamTiers
        .filter((tier) => tier[right] !== false)
        .map((tier) =>
          menuItem(tier.name, () => preferences.set(key, tier.name), { radio: true, checked: preferences.get(key) === tier.name, note: `${tier.height}p, ${tier.framerate} fps` }),
        ),
    ];
    openPopover(this.quality, 'Quality and settings', [
      ...section('What you watch', 'watchTier', 'may_watch'),
      menuLine(),
      ...section('What you send', 'publishTier', 'may_publish'),
      menuLine(),
      menuItem('Lower quality on a slow connection', () => preferences.set('adapt', !preferences.get('adapt')), { radio: true, checked: preferences.get('adapt') }),
      menuLine(),
      menuItem('All settings…', () => openSettings(), { icon: 'settings' }),
    ]);
  }

  /** Push-to-talk for fingers: hold the button. */
  makeTalkButton() {
    const set = (/** @type {boolean} */ talking) => app.call.publisher.talking !== talking && app.call.setTalking(talking);
    this.talk.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
      this.talk.setPointerCapture(event.pointerId);
      set(true);
    });
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur']) this.talk.addEventListener(type, () => set(false));
    // The same for a keyboard or a switch that cannot hold the chosen key.
    for (const type of ['keydown', 'keyup']) {
      this.talk.addEventListener(type, (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== ' ' && event.key !== 'Enter') return;
        event.preventDefault();
        set(type === 'keydown');
      });
    }
  }

  renderTalk() {
    const { call, preferences } = app;
    this.talk.hidden = !preferences.get('pushToTalk') || call.silent;
    this.talk.dataset.talking = String(call.publisher.talking);
    const words = call.publisher.talking ? 'Talking…' : `Hold ${keyName(preferences.get('pushToTalkKey'))} to talk`;
    if (this.talk.textContent !== words) this.talk.textContent = words;
  }
}

customElements.define('parley-dock', Dock);
