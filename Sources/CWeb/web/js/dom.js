// The few lines that stand in for a framework. Nothing here parses markup, so nothing a person types can become markup, and no inline
// style or script attribute is ever written (the page's Content-Security-Policy forbids both).

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element.
 *
 * A key that starts with `on` and holds a function becomes a listener; `dataset` and `vars` (CSS custom properties) take objects; a boolean
 * switches an attribute on or off; everything else is an attribute.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  assign(element, props);
  element.append(...nodes(children));
  return element;
}

/**
 * Sets properties the way `h` does.
 * @param {HTMLElement} element
 * @param {Record<string, any>} props
 */
export function assign(element, props) {
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith('on') && typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (key === 'dataset') Object.assign(element.dataset, value);
    else if (key === 'vars') for (const [name, v] of Object.entries(value)) element.style.setProperty(name, String(v));
    else if (key === 'value' && 'value' in element) /** @type {any} */ (element).value = value ?? '';
    else if (value === false || value === null || value === undefined) element.removeAttribute(key);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
}

/** @param {any[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children.flat(3).filter((c) => c !== null && c !== undefined && c !== false).map((c) => (c instanceof Node ? c : String(c)));
}

/**
 * Makes the children of `parent` match `items`, keeping the element of every key that stays. Video elements must survive a change of
 * order: a fresh one would show nothing until the next frame.
 * @template T
 * @param {Element} parent
 * @param {Iterable<T>} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Element} create
 * @param {(element: any, item: T) => void} [update]
 */
export function keyed(parent, items, keyOf, create, update) {
  /** @type {Map<string, Element>} */
  const old = new Map();
  for (const child of parent.children) old.set(/** @type {HTMLElement} */ (child).dataset.key ?? '', child);
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = old.get(key);
    if (element) old.delete(key);
    else {
      element = create(item);
      /** @type {HTMLElement} */ (element).dataset.key = key;
    }
    update?.(element, item);
    if (element === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(element, cursor);
  }
  for (const element of old.values()) element.remove();
}

/**
 * Joins calls that come in one turn of the event loop into one.
 * @param {() => void} action
 */
export function coalesced(action) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      action();
    });
  };
}

/** A custom element that stops listening to everything when it leaves the page. */
export class Component extends HTMLElement {
  constructor() {
    super();
    /** @type {AbortController | null} */
    this.lifetime = null;
    /** Renders once, however many changes come in this turn. */
    this.refresh = coalesced(() => this.isConnected && this.render());
  }

  connectedCallback() {
    if (this.lifetime) return;
    this.lifetime = new AbortController();
    this.connected();
    this.render();
  }

  disconnectedCallback() {
    // A move within the page disconnects and connects in one turn: only a real removal ends the lifetime.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.lifetime?.abort();
      this.lifetime = null;
      this.disconnected();
    });
  }

  /**
   * Listens until the element leaves the page.
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} action
   */
  listen(target, type, action) {
    target.addEventListener(type, action, { signal: this.lifetime?.signal });
  }

  connected() {}
  disconnected() {}
  render() {}
}
