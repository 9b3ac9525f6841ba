import { app } from '../app.js';
import { Component, h } from '../dom.js';
import { icon } from '../icons.js';
import { trackKey } from '../voice/room.js';
import { avatar, hue, iconButton } from './parts.js';
import { openPersonMenu, tierItems } from './person-menu.js';
import { menuItem } from './popover.js';

/** @typedef {{key: string, userID: string, source: 'camera' | 'screen', self: boolean}} TileItem */

/**
 * One picture: a person, with or without a camera, or a screen.
 *
 * `data-picture` says what is seen: `none` (a person without a camera), `waiting` (a slot was given, no frame has come since) or `live`.
 * A track's `unmute` proves nothing, because the server may probe an empty slot with padding; only a presented frame counts.
 */
class Tile extends Component {
  /** @type {TileItem} */
  item;

  connected() {
    const { userID, source, self } = this.item;
    this.classList.add('tile');
    Object.assign(this.dataset, { userId: userID, source, self: String(self) });
    this.setAttribute('role', 'group');
    this.style.setProperty('--hue', String(hue(userID)));
    this.video = h('video', { autoplay: true, playsinline: true, tabindex: '-1', 'aria-hidden': 'true' });
    this.video.muted = true;
    this.face = h('div', { class: 'tile-face' });
    this.note = h('p', { class: 'tile-note', hidden: true });
    this.label = h('div', { class: 'tile-label' });
    const more = iconButton({ label: 'Options', icon: 'more', class: 'small tile-more', onclick: () => this.openMenu(more) });
    more.setAttribute('aria-expanded', 'false');
    this.more = more;
    this.append(this.video, this.face, this.note, this.label, more);
    this.listen(this.video, 'resize', () => this.measure());
    this.listen(this, 'dblclick', () => this.dispatchEvent(new CustomEvent('pin', { bubbles: true, detail: { key: this.item.key } })));
    this.listen(app.call, 'change', this.refresh);
    this.listen(app.store, 'change', this.refresh);
    this.listen(app.call, 'speaking', () => this.showSpeaking());
    this.listen(app.preferences, 'change', this.refresh);
  }

  disconnected() {
    this.video.srcObject = null;
    this.stream = null;
  }

  render() {
    this.renderPicture();
    this.renderLabel();
    this.renderNote();
    this.showSpeaking();
  }

  renderPicture() {
    const { userID, source, self } = this.item;
    this.dataset.mirrored = String(self && source === 'camera' && app.preferences.get('mirror'));
    const stream = self ? this.ownStream() : this.slotStream();
    if (stream === this.stream) return;
    this.stream = stream;
    this.video.srcObject = stream;
    this.dataset.picture = stream ? 'waiting' : 'none';
    if (!stream) delete this.dataset.size;
    else this.awaitPicture(stream);
    if (!this.face.firstChild) this.face.append(avatar(userID, app.store.name(app.guild, userID), 'large'));
  }

  /** The preview of what this person sends. */
  ownStream() {
    const track = app.call.publisher.tracks.get(this.item.source);
    if (!track) return null;
    return this.stream?.getTracks()[0] === track ? this.stream : new MediaStream([track]);
  }

  slotStream() {
    const { room, peer, subscriptions } = app.call;
    const { userID, source } = this.item;
    if (!room.has(userID, source) || subscriptions.hidden.has(trackKey(userID, source))) return null;
    const slot = room.slotOf(userID, source);
    return slot && !slot.codec_unsupported && peer ? peer.stream(slot.mid) : null;
  }

  /** @param {MediaStream} stream */
  awaitPicture(stream) {
    this.video.play().catch(() => {});
    const seen = () => {
      if (stream !== this.stream) return;
      this.dataset.picture = 'live';
      this.measure();
      this.render();
    };
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(seen);
    else this.video.addEventListener('timeupdate', seen, { once: true });
  }

  measure() {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth) this.dataset.size = `${videoWidth}x${videoHeight}`;
  }

  renderLabel() {
    const { userID, source, self } = this.item;
    const { room } = app.call;
    const name = app.store.name(app.guild, userID);
    const state = { ...app.guild?.voiceStates.get(userID), ...room.participants.get(userID) };
    const layer = room.layers.get(trackKey(userID, source));
    const muted = state.mute || state.self_mute;
    const deaf = state.deaf || state.self_deaf;
    const slow = layer?.reason === 'bandwidth' && this.dataset.picture === 'live';
    if (layer) Object.assign(this.dataset, { layer: layer.rid ?? layer.layer ?? '', reason: layer.reason });
    const text = source === 'screen' ? (self ? 'Your screen' : `${name}’s screen`) : self ? `${name} (you)` : name;
    const signature = JSON.stringify([text, muted, state.mute, deaf, slow]);
    if (signature === this.signature) return;
    this.signature = signature;
    const words = [text, source === 'camera' && muted && 'muted', source === 'camera' && deaf && 'not listening'].filter(Boolean);
    this.setAttribute('aria-label', words.join(', '));
    this.more.setAttribute('aria-label', `${text}: options`);
    this.label.replaceChildren(
      ...[
        source === 'camera' && muted && h('span', { class: state.mute ? 'imposed' : '', title: state.mute ? 'Muted by a moderator' : 'Muted' }, icon('microphone-off')),
        source === 'camera' && deaf && icon('ears-off'),
        source === 'screen' && icon('screen'),
        h('span', { class: 'tile-name' }, text),
        slow && h('span', { class: 'tile-slow', title: 'Lower quality: your connection is slow' }, icon('warning')),
      ].filter((part) => part !== false),
    );
  }

  /** Says why there is no picture where one is expected. */
  renderNote() {
    const { userID, source, self } = this.item;
    const { room, subscriptions } = app.call;
    let text = '';
    if (!self && room.has(userID, source)) {
      const slot = room.slotOf(userID, source);
      if (slot?.codec_unsupported) text = 'This browser cannot show this kind of video.';
      else if (subscriptions.hidden.has(trackKey(userID, source))) text = 'You turned this picture off.';
      else if (!slot) text = source === 'screen' ? 'Waiting for the picture…' : '';
      else if (this.dataset.picture === 'waiting') text = 'Waiting for the picture…';
    }
    this.note.hidden = !text;
    this.note.textContent = text;
  }

  showSpeaking() {
    const { userID, source } = this.item;
    this.classList.toggle('speaking', source === 'camera' && app.call.room.speaks(userID));
  }

  /** @param {HTMLElement} anchor */
  openMenu(anchor) {
    const { key, userID, source, self } = this.item;
    const { subscriptions, room } = app.call;
    const hidden = subscriptions.hidden.has(key);
    const items = [
      menuItem(this.dataset.large === 'true' ? 'Back to the grid' : 'Show large', () => this.dispatchEvent(new CustomEvent('pin', { bubbles: true, detail: { key } })), { icon: 'pin' }),
      menuItem('Full screen', () => this.requestFullscreen?.().catch(() => {}), { icon: 'expand' }),
    ];
    if (!self && room.has(userID, source)) {
      items.push(menuItem(hidden ? 'Show the picture' : 'Turn this picture off', () => this.setHidden(!hidden), { icon: hidden ? 'camera' : 'camera-off' }));
      if (!hidden) items.push(...tierItems(userID, source));
    }
    openPersonMenu(anchor, userID, items);
  }

  /** @param {boolean} hidden */
  setHidden(hidden) {
    const { subscriptions } = app.call;
    if (hidden) subscriptions.hidden.add(this.item.key);
    else subscriptions.hidden.delete(this.item.key);
    app.call.subscribe();
    this.render();
  }
}

customElements.define('parley-tile', Tile);
