import { app } from '../app.js';
import { APIError } from '../api.js';
import { Component, h } from '../dom.js';
import { icon } from '../icons.js';
import { invitePath, inviteSummary } from './invites.js';
import { field, markFields } from './parts.js';

/** The door: sign in, or make an account. */
class Welcome extends Component {
  connected() {
    /** @type {'login' | 'register'} */
    this.mode = invitePath() ? 'register' : 'login';
    this.invite = h('div', { class: 'welcome-invite', hidden: true });
    this.form = h('div', { class: 'welcome-form' });
    this.append(
      h(
        'main',
        { class: 'welcome' },
        h(
          'section',
          { class: 'welcome-pitch', 'aria-label': 'About Parley' },
          h('p', { class: 'brand' }, h('img', { src: '/icon.svg', alt: '', width: '36', height: '36' }), 'Parley'),
          h('h1', {}, 'Pull up a chair.'),
          h('p', { class: 'welcome-lead' }, 'Voice rooms, cameras and screens for the people you know, on a server that is yours.'),
          h(
            'ul',
            { class: 'welcome-points' },
            [
              ['voice', 'Rooms that stay open: see who is there, and walk in.'],
              ['screen', 'Share a screen with its sound, sharp enough to read.'],
              ['chart', 'Picture quality that follows your connection, and says why.'],
            ].map(([name, text]) => h('li', {}, icon(name), text)),
          ),
        ),
        h('section', { class: 'welcome-card', 'aria-label': 'Your account' }, this.invite, this.form),
      ),
    );
    this.showInvite();
  }

  async showInvite() {
    const code = invitePath();
    if (!code) return;
    try {
      const invite = await app.api.invite(code);
      this.invite.replaceChildren(
        h('p', { class: 'note' }, `${invite.inviter?.username ?? 'Somebody'} invites you to`),
        h('p', { class: 'welcome-guild' }, invite.guild.name),
        h('p', { class: 'note' }, inviteSummary(invite)),
      );
    } catch {
      this.invite.replaceChildren(h('p', { class: 'form-problem' }, 'This invite is not valid any more. Ask for a new one.'));
    }
    this.invite.hidden = false;
  }

  render() {
    const register = this.mode === 'register';
    const tab = (/** @type {'login' | 'register'} */ mode, /** @type {string} */ label) =>
      h('button', { type: 'button', class: 'tab', 'aria-pressed': String(this.mode === mode), onclick: () => this.setMode(mode) }, label);
    const problem = h('p', { class: 'form-problem', role: 'alert' });
    const submit = h('button', { class: 'button primary wide' }, register ? 'Create account' : 'Sign in');
    const form = h(
      'form',
      { dataset: { mode: this.mode }, novalidate: true },
      register && field({ label: 'Name', name: 'username', hint: 'How others see you.', input: { autocomplete: 'username', maxlength: 32 } }),
      field({ label: 'E-mail', name: 'email', input: { type: 'email', autocomplete: register ? 'email' : 'username', inputmode: 'email' } }),
      field({
        label: 'Password',
        name: 'password',
        hint: register ? 'At least 8 characters.' : '',
        input: { type: 'password', autocomplete: register ? 'new-password' : 'current-password' },
      }),
      register && this.needsInvite && !invitePath() && field({ label: 'Invite link or code', name: 'invite', hint: 'This server is open to invited people only.' }),
      problem,
      submit,
    );
    form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.send(form, submit, problem);
    });
    this.form.replaceChildren(h('div', { class: 'tabs' }, tab('login', 'Sign in'), tab('register', 'Create account')), form);
  }

  /** @param {'login' | 'register'} mode */
  setMode(mode) {
    this.mode = mode;
    this.render();
    /** @type {HTMLElement | null} */ (this.form.querySelector('input'))?.focus();
  }

  /** @param {HTMLFormElement} form @param {HTMLButtonElement} submit @param {HTMLElement} problem */
  async send(form, submit, problem) {
    const values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    if (markFields(form, wrong(values, this.mode === 'register')) || submit.disabled) return;
    const code = invitePath() ?? values.invite?.split('/').pop()?.trim();
    submit.disabled = true;
    problem.textContent = '';
    try {
      const { email, password, username } = values;
      if (this.mode === 'login') await app.api.signIn('login', { email: email.trim(), password });
      else await app.api.signIn('register', { username: username.trim(), email: email.trim(), password, ...(code ? { invite: code } : {}) });
    } catch (error) {
      this.explain(form, problem, /** @type {Error} */ (error));
    } finally {
      submit.disabled = false;
    }
  }

  /** The server is open to invited people only: the same form, with a place for the invite. @param {HTMLFormElement} form */
  askForInvite(form) {
    this.needsInvite = true;
    this.render();
    const fresh = /** @type {HTMLFormElement} */ (this.form.querySelector('form'));
    for (const input of form.querySelectorAll('input')) {
      const twin = /** @type {HTMLInputElement | null} */ (fresh.querySelector(`[name=${input.name}]`));
      if (twin) twin.value = input.value;
    }
    /** @type {HTMLElement | null} */ (fresh.querySelector('[name=invite]'))?.focus();
  }

  /** @param {HTMLFormElement} form @param {HTMLElement} problem @param {Error} error */
  explain(form, problem, error) {
    if (error instanceof APIError && error.fields.invite && !this.needsInvite) return this.askForInvite(form);
    if (error instanceof APIError && error.status === 403 && this.mode === 'register') {
      problem.textContent = 'This server does not take new accounts. Ask its owner.';
      return;
    }
    if (!(error instanceof APIError && markFields(form, error.fields))) problem.textContent = error.message;
  }
}

/**
 * What the server would refuse, in plain words and without asking it.
 * @param {Record<string, string>} values
 * @param {boolean} register
 */
function wrong(values, register) {
  const words = { username: 'Choose a name.', email: 'Enter your e-mail address.', password: 'Enter your password.', invite: 'Enter your invite.' };
  const found = Object.fromEntries(Object.entries(words).filter(([name]) => name in values && !values[name].trim()));
  if (!register) return found;
  const { username = '', email = '', password = '' } = values;
  const name = username.trim();
  if (name && [...name].length < 2) found.username = 'A name has at least 2 characters.';
  else if (/[^\w.-]/.test(name)) found.username = 'Letters, digits, dots, dashes and underscores are fine; spaces and others are not.';
  if (email.trim() && !/^[^\s@]+@[^\s@]+$/.test(email.trim())) found.email = 'This does not look like an e-mail address.';
  if (password && password.length < 8) found.password = 'Use at least 8 characters.';
  return found;
}

customElements.define('parley-welcome', Welcome);
