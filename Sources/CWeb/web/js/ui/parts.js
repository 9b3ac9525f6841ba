// Small pieces that several components use.

import { h } from '../dom.js';
import { icon } from '../icons.js';

/**
 * A button with an icon, and its words for those who do not see the icon.
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.icon
 * @param {(event: MouseEvent) => void} options.onclick
 * @param {string} [options.class]
 * @param {Record<string, any>} [options.more]
 */
export function iconButton({ label, icon: name, onclick, class: kind = '', more = {} }) {
  return h('button', { type: 'button', class: `icon-button ${kind}`, 'aria-label': label, title: label, onclick, ...more }, icon(name));
}

/**
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {{icon?: string, class?: string, more?: Record<string, any>}} [options]
 */
export function button(label, onclick, { icon: name, class: kind = '', more = {} } = {}) {
  return h('button', { type: 'button', class: `button ${kind}`, onclick, ...more }, name && icon(name), h('span', {}, label));
}

/** Changes an icon and its words only if they differ, so that a click in progress is not lost. @param {any} element @param {string} name @param {string} label */
export function setIcon(element, name, label) {
  if (element.dataset.icon !== name) {
    element.dataset.icon = name;
    element.querySelector('.icon')?.replaceWith(icon(name));
  }
  element.setAttribute('aria-label', label);
  element.title = label;
}

/** A colour for a person, the same everywhere: an angle from their id. @param {string} id */
export function hue(id) {
  let sum = 7;
  for (const c of id) sum = (sum * 31 + c.charCodeAt(0)) % 3600;
  return (sum * 137.5) % 360;
}

/** @param {string} name */
export function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [...words[0]][0] + [...words[1]][0] : [...(words[0] ?? '?')].slice(0, 2).join('');
  return letters.toUpperCase();
}

/** @param {string} id @param {string} name @param {string} [kind] */
export function avatar(id, name, kind = '') {
  return h('span', { class: `avatar ${kind}`, 'aria-hidden': 'true', vars: { '--hue': hue(id) } }, initials(name));
}

/**
 * A labelled input.
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.name
 * @param {Record<string, any>} [options.input]
 * @param {string} [options.hint]
 */
export function field({ label, name, input = {}, hint }) {
  const id = `f-${name}-${Math.random().toString(36).slice(2, 7)}`;
  return h(
    'div',
    { class: 'field', dataset: { field: name } },
    h('label', { for: id }, label),
    h('input', { id, name, 'aria-describedby': `${id}-note`, autocomplete: 'off', ...input }),
    h('p', { id: `${id}-note`, class: 'field-note' }, hint ?? ''),
  );
}

/** @param {HTMLFormElement} form @param {Record<string, string>} messages by field name @returns {boolean} whether one was shown */
export function markFields(form, messages) {
  let first = null;
  for (const box of form.querySelectorAll('.field')) {
    const { field: name = '' } = /** @type {HTMLElement} */ (box).dataset;
    const input = /** @type {HTMLInputElement} */ (box.querySelector('input, select'));
    const note = /** @type {HTMLElement} */ (box.querySelector('.field-note'));
    const wrong = messages[name];
    box.classList.toggle('wrong', Boolean(wrong));
    input.setAttribute('aria-invalid', String(Boolean(wrong)));
    note.dataset.hint ??= note.textContent ?? '';
    note.textContent = wrong ?? note.dataset.hint;
    if (wrong && !first) first = input;
  }
  first?.focus();
  return first !== null;
}

/**
 * A switch with a sentence.
 * @param {object} options
 * @param {string} options.label
 * @param {string} [options.note]
 * @param {boolean} options.checked
 * @param {(checked: boolean) => void} options.onchange
 */
export function toggle({ label, note, checked, onchange }) {
  const id = `t-${Math.random().toString(36).slice(2, 9)}`;
  const input = h('input', { type: 'checkbox', role: 'switch', class: 'switch', 'aria-labelledby': id, 'aria-describedby': note && `${id}-note` });
  input.checked = checked;
  input.addEventListener('change', () => onchange(input.checked));
  return h('label', { class: 'toggle' }, h('span', {}, h('span', { class: 'toggle-label', id }, label), note && h('span', { class: 'note', id: `${id}-note` }, note)), input);
}

/** @param {number} bitsPerSecond */
export function rate(bitsPerSecond) {
  if (!(bitsPerSecond > 0)) return '0 kbit/s';
  return bitsPerSecond >= 1e6 ? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

/** @param {number} count @param {string} one @param {string} many */
export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
