import { app } from '../app.js';
import { Component, h, keyed } from '../dom.js';
import { may, Permission } from '../permissions.js';
import { trackKey } from '../voice/room.js';
import './dock.js';
import { inviteTo } from './dialogs.js';
import { bestTile } from './layout.js';
import { lobby, loading, noCommunity, noRoom, unreachableServer } from './places.js';
import { button, iconButton, plural, setIcon } from './parts.js';
import './tile.js';

const gap = 12;

/** The middle of the page: the room that is looked at, and when this person is in it, everybody's pictures. */
class Stage extends Component {
  connected() {
    this.heading = h('h1', {});
    this.count = h('p', { class: 'stage-count' });
    this.layoutButton = iconButton({ label: 'Spotlight', icon: 'spotlight', onclick: () => this.toggleLayout() });
    this.actions = h(
      'div',
      { class: 'stage-actions' },
      this.layoutButton,
      iconButton({ label: 'Invite people', icon: 'invite', class: 'act-invite', onclick: () => app.channel && inviteTo(app.channel) }),
      iconButton({ label: 'Connection', icon: 'chart', class: 'act-statistics', onclick: () => app.togglePanel('statistics') }),
      iconButton({ label: 'People', icon: 'people', class: 'act-people', onclick: () => app.togglePanel('people') }),
    );
    this.notices = h('div', { class: 'stage-notices', role: 'status' });
    this.place = h('div', { class: 'stage-place' });
    this.largeBox = h('div', { class: 'stage-large' });
    this.grid = h('div', { class: 'stage-grid' });
    this.pictures = h('div', { class: 'stage-pictures', role: 'region', 'aria-label': 'Pictures' }, this.largeBox, this.grid);
    this.dock = h('parley-dock');
    this.append(
      h(
        'main',
        { class: 'stage', id: 'stage', tabindex: '-1' },
        h(
          'header',
          { class: 'stage-head' },
          iconButton({ label: 'Back to the rooms', icon: 'back', class: 'stage-back', onclick: () => this.back() }),
          h('div', { class: 'stage-title' }, this.heading, this.count),
          this.actions,
        ),
        this.notices,
        this.place,
        this.pictures,
        this.dock,
      ),
    );
    /** The tile somebody chose to see large. @type {string | null} */
    this.pinned = null;
    /** @type {'auto' | 'grid' | 'spotlight'} */
    this.layout = 'auto';
    /** Who is large in the spotlight while nobody is pinned. @type {string | null} */
    this.spoken = null;
    /** Those whose coming was said already. @type {Set<string> | null} */
    this.known = null;
    for (const [target, type] of [[app, 'select'], [app.store, 'change'], [app.call, 'change'], [app.gateway, 'phase'], [app.call.speakers, 'blocked'], [app.call.speakers, 'unblocked']]) {
      this.listen(/** @type {any} */ (target), /** @type {string} */ (type), this.refresh);
    }
    this.listen(app.preferences, 'change', this.refresh);
    this.listen(app.call, 'speaking', () => this.follow());
    this.listen(this, 'pin', (event) => this.pin(event.detail.key));
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.grid);
  }

  disconnected() {
    this.sizes?.disconnect();
  }

  get inCall() {
    return app.call.active && app.call.channelID === app.channelID && app.channelID !== null;
  }

  render() {
    const { guild, channel, store } = app;
    this.dataset.call = this.inCall ? app.call.phase : 'none';
    this.keepFocus(`${app.channelID} ${this.inCall} ${app.showsRoom}`);
    this.heading.textContent = channel?.name ?? guild?.name ?? '';
    this.renderNotices();
    this.renderActions();
    if (this.inCall) return this.renderPictures();
    this.known = null;
    this.pinned = null;
    this.layout = 'auto';
    this.pictures.hidden = this.dock.hidden = true;
    this.place.hidden = false;
    this.largeBox.replaceChildren();
    this.grid.replaceChildren();
    this.count.textContent = '';
    this.showPlace(
      !store.loaded ? (app.gateway.phase === 'waiting' ? unreachableServer : loading) : !guild ? noCommunity : !channel ? noRoom : lobby,
      JSON.stringify([app.guildID, app.channelID, channel?.name, guild && channel && store.present(guild, channel.id).map((s) => s.user_id), app.preferences.get('muted')]),
    );
  }

  /**
   * The button that was pressed may be gone with what it led away from; then the focus goes on in the room, or in the list on a narrow screen.
   * @param {string} where what is looked at
   */
  keepFocus(where) {
    if (this.where === where) return;
    const first = this.where === undefined;
    this.where = where;
    if (first) return;
    requestAnimationFrame(() => {
      const now = document.activeElement;
      if (now && now !== document.body && now.checkVisibility()) return;
      const main = /** @type {HTMLElement} */ (this.firstElementChild);
      if (main.checkVisibility()) main.focus({ preventScroll: true });
      else /** @type {HTMLElement | null} */ (document.querySelector('.room-select'))?.focus();
    });
  }

  /** @param {() => Node} make @param {string} about what the place shows; the same is not made twice */
  showPlace(make, about) {
    const signature = make.name + about;
    if (this.place.dataset.signature === signature) return;
    this.place.dataset.signature = signature;
    this.place.replaceChildren(make());
  }

  renderActions() {
    const { guild, channel, store } = app;
    const mayInvite = guild && channel && may(guild, store.me?.id, Permission.createInvite, channel);
    this.actions.hidden = !guild || !channel;
    this.actions.querySelector('.act-invite').hidden = !mayInvite;
    this.actions.querySelector('.act-statistics').hidden = !this.inCall;
    this.actions.querySelector('.act-statistics').setAttribute('aria-pressed', String(app.panel === 'statistics'));
    this.actions.querySelector('.act-people').setAttribute('aria-pressed', String(app.panel === 'people'));
    this.layoutButton.hidden = !this.inCall;
  }

  renderNotices() {
    const { call, gateway, store } = app;
    /** @type {{key: string, kind: string, text: string, hint?: string, action?: [string, () => void]}[]} */
    const notices = [];
    if (store.loaded && gateway.phase === 'waiting') {
      notices.push({ key: 'offline', kind: 'warn', text: 'The connection to the server was lost.', hint: 'Trying again…', action: ['Try now', () => gateway.retryNow()] });
    }
    if (this.inCall) {
      if (call.problem) notices.push({ key: call.problem.code, kind: 'error', text: call.problem.message, hint: call.problem.hint });
      else if (call.phase === 'reconnecting') notices.push({ key: 'reconnecting', kind: 'warn', text: 'Reconnecting…', hint: 'You stay in the room.' });
      const wrong = call.microphoneProblem;
      if (wrong) {
        notices.push({ key: `microphone-${wrong.code}`, kind: 'warn', text: `${wrong.message} You can listen.`, hint: wrong.hint, action: ['Try again', () => call.openMicrophone()] });
      }
      if (call.speakers.blocked) {
        notices.push({ key: 'blocked', kind: 'warn', text: 'The browser keeps this page silent until you click.', action: ['Turn sound on', () => call.speakers.unblock()] });
      }
    }
    keyed(this.notices, notices, (n) => n.key + n.text, (n) =>
      h(
        'div',
        { class: `notice ${n.kind}`, dataset: { notice: n.key } },
        h('p', {}, h('strong', {}, n.text), n.hint && ` ${n.hint}`),
        n.action && button(n.action[0], n.action[1], { class: 'small' }),
      ),
    );
  }

  renderPictures() {
    this.place.hidden = true;
    this.place.dataset.signature = '';
    this.pictures.hidden = this.dock.hidden = false;
    const items = this.items();
    const large = this.large(items);
    const people = items.filter((item) => item.source === 'camera').map((item) => item.userID);
    this.count.textContent = people.length === 1 ? 'Only you' : plural(people.length, 'person', 'people');
    this.tellComing(people);
    this.pictures.dataset.layout = large ? 'spotlight' : 'grid';
    this.pictures.dataset.count = String(items.length);
    setIcon(this.layoutButton, large ? 'grid' : 'spotlight', large ? 'Show everybody alike' : 'Show one large');
    const create = (/** @type {import('./tile.js').TileItem} */ item) => {
      const tile = /** @type {any} */ (document.createElement('parley-tile'));
      tile.item = item;
      return tile;
    };
    keyed(this.largeBox, large ? [large] : [], (i) => i.key, create, (tile) => (tile.dataset.large = 'true'));
    keyed(this.grid, items.filter((i) => i !== large), (i) => i.key, create, (tile) => (tile.dataset.large = 'false'));
    this.largeBox.hidden = !large;
    this.fit();
    this.tellLarge(large);
  }

  /** For those who do not see it: who is here at first, then who comes and goes. @param {string[]} people by user id */
  tellComing(people) {
    if (app.call.phase !== 'connected') return;
    const before = this.known;
    this.known = new Set(people);
    if (!before) return app.say(`You are in ${app.channel?.name ?? 'the room'}. ${this.count.textContent}.`);
    const name = (/** @type {string} */ id) => app.store.name(app.guild, id);
    for (const id of this.known) if (!before.has(id)) app.say(`${name(id)} came in.`);
    for (const id of before) if (!this.known.has(id)) app.say(`${name(id)} left.`);
  }

  /** Who and what can be seen, screens first, oneself last. @returns {import('./tile.js').TileItem[]} */
  items() {
    const { call, store } = app;
    const me = store.me?.id ?? '';
    const present = new Set([...call.room.participants.keys(), me]);
    const item = (/** @type {string} */ userID, /** @type {'camera' | 'screen'} */ source) => ({ key: trackKey(userID, source), userID, source, self: userID === me });
    const screens = [...call.room.tracks.values()].filter((t) => t.source === 'screen' && t.user_id !== me).map((t) => item(t.user_id, 'screen'));
    if (call.publisher.has('screen')) screens.push(item(me, 'screen'));
    const order = (/** @type {string} */ id) => (id === me ? 1 : 0);
    const people = [...present].sort((a, b) => order(a) - order(b) || (a.length - b.length || (a < b ? -1 : 1)));
    return [...screens, ...people.map((id) => item(id, 'camera'))];
  }

  /** @param {import('./tile.js').TileItem[]} items */
  large(items) {
    const find = (/** @type {string | null} */ key) => items.find((item) => item.key === key);
    const pinned = find(this.pinned);
    if (pinned) return pinned;
    this.pinned = null;
    if (this.layout === 'grid' || items.length < 2) return null;
    const screen = items.find((item) => item.source === 'screen' && !item.self);
    if (screen) return screen;
    return this.layout === 'spotlight' ? (find(this.spoken) ?? items[0]) : null;
  }

  /** In the spotlight stands whoever spoke last. */
  follow() {
    const me = app.store.me?.id;
    const loudest = [...app.call.room.speaking.keys()].find((id) => id !== me);
    if (!loudest || this.layout !== 'spotlight') return;
    const key = trackKey(loudest, 'camera');
    if (key === this.spoken) return;
    this.spoken = key;
    this.refresh();
  }

  /** @param {string} key */
  pin(key) {
    const isLarge = this.largeBox.firstElementChild?.dataset.key === key;
    this.pinned = isLarge ? null : key;
    this.layout = isLarge ? 'grid' : 'spotlight';
    this.render();
  }

  toggleLayout() {
    this.layout = this.pictures.dataset.layout === 'spotlight' ? 'grid' : 'spotlight';
    this.pinned = null;
    this.render();
  }

  /** The large picture matters most when the connection is short. @param {import('./tile.js').TileItem | null | undefined} large */
  tellLarge(large) {
    const key = large && !large.self ? large.key : null;
    if (app.call.subscriptions.large === key) return;
    app.call.subscriptions.large = key;
    app.call.subscribe();
  }

  fit() {
    if (this.pictures.dataset.layout !== 'grid' || this.pictures.hidden) return;
    const { clientWidth, clientHeight } = this.grid;
    const tile = bestTile(this.grid.children.length, clientWidth, clientHeight, gap);
    this.grid.style.setProperty('--tile-width', `${tile.width}px`);
    this.grid.style.setProperty('--tile-height', `${tile.height}px`);
  }

  back() {
    app.showsRoom = false;
    app.selected();
  }
}

customElements.define('parley-stage', Stage);
