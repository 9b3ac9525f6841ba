// A small panel beside the button that opened it: menus and per-person controls. Escape, a click elsewhere or a choice closes it, and the
// focus goes back to where it was.

import { h } from '../dom.js';
import { icon } from '../icons.js';

/** @type {(() => void) | null} */
let closeOpen = null;

export function closePopover() {
  closeOpen?.();
}

/**
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {Node[]} content
 */
export function openPopover(anchor, label, content) {
  const wasOpen = anchor.getAttribute('aria-expanded') === 'true';
  closePopover();
  if (wasOpen) return;
  const panel = h('div', { class: 'popover', role: 'dialog', 'aria-label': label, tabindex: '-1' }, content);
  // Inside a modal dialog only the dialog's own children can be used.
  (anchor.closest('dialog') ?? document.body).append(panel);
  place(panel, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  const listening = new AbortController();
  const close = (/** @type {boolean} */ refocus) => {
    if (closeOpen !== closeAndRefocus) return;
    closeOpen = null;
    listening.abort();
    panel.remove();
    anchor.setAttribute('aria-expanded', 'false');
    if (refocus && anchor.isConnected) anchor.focus();
  };
  const closeAndRefocus = () => close(true);
  closeOpen = closeAndRefocus;
  const { signal } = listening;
  document.addEventListener('keydown', (event) => keyed(event, panel, closeAndRefocus), { signal, capture: true });
  document.addEventListener(
    'pointerdown',
    (event) => {
      const target = /** @type {Node} */ (event.target);
      if (!panel.contains(target) && !anchor.contains(target)) close(false);
    },
    { signal, capture: true },
  );
  addEventListener('resize', () => close(false), { signal });
  (stops(panel)[0] ?? panel).focus({ preventScroll: true });
}

/** @param {Element} panel @returns {HTMLElement[]} */
const stops = (panel) => [...panel.querySelectorAll('button:not(:disabled), input, select, a[href]')].map((e) => /** @type {HTMLElement} */ (e));

/** @param {KeyboardEvent} event @param {HTMLElement} panel @param {() => void} close */
function keyed(event, panel, close) {
  if (event.key === 'Escape' || event.key === 'Tab') {
    if (event.key === 'Escape') event.preventDefault();
    event.stopPropagation();
    return close();
  }
  const slider = event.target instanceof HTMLInputElement && event.target.type === 'range';
  const all = stops(panel);
  const end = { Home: 0, End: all.length - 1 }[event.key];
  if (end !== undefined && !slider) {
    event.preventDefault();
    return all[end]?.focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || (slider && event.altKey)) return;
  const now = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  event.preventDefault();
  all[(now + step + all.length) % all.length]?.focus();
}

/** Below the anchor, or above it when there is no room; never outside the window. @param {HTMLElement} panel @param {HTMLElement} anchor */
function place(panel, anchor) {
  const gap = 8;
  const from = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const below = from.bottom + gap + height <= innerHeight - gap || from.top < height + gap;
  const top = below ? Math.min(from.bottom + gap, innerHeight - height - gap) : from.top - gap - height;
  const left = Math.min(Math.max(gap, from.left + from.width / 2 - width / 2), innerWidth - width - gap);
  panel.style.setProperty('top', `${Math.max(gap, top)}px`);
  panel.style.setProperty('left', `${Math.max(gap, left)}px`);
}

/**
 * One line of a menu.
 * @param {string} label
 * @param {() => void} action
 * @param {{icon?: string, note?: string, checked?: boolean, danger?: boolean, radio?: boolean}} [options]
 */
export function menuItem(label, action, { icon: name, note, checked, danger = false, radio = false } = {}) {
  return h(
    'button',
    {
      type: 'button',
      class: `menu-item${danger ? ' danger' : ''}`,
      'aria-pressed': radio ? String(Boolean(checked)) : undefined,
      onclick: () => {
        closePopover();
        action();
      },
    },
    h('span', { class: 'menu-icon' }, radio ? checked && icon('check') : name && icon(name)),
    h('span', { class: 'menu-text' }, label, note && h('span', { class: 'note' }, note)),
  );
}

/** @param {string} text */
export const menuHeading = (text) => h('p', { class: 'menu-heading' }, text);

export const menuLine = () => h('hr', { class: 'menu-line' });

/**
 * @param {string} label
 * @param {number} value 0 … 1
 * @param {(value: number) => void} oninput
 */
export function menuSlider(label, value, oninput) {
  const output = h('output', {}, `${Math.round(value * 100)} %`);
  const input = h('input', { type: 'range', min: '0', max: '100', value: String(Math.round(value * 100)), 'aria-label': label });
  input.addEventListener('input', () => {
    output.textContent = `${input.value} %`;
    oninput(Number(input.value) / 100);
  });
  return h('div', { class: 'menu-slider' }, icon('volume'), input, output);
}
