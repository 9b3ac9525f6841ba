import { SignedOut } from './credentials.js';

/** The server refused a request. `message` is fit to be shown; `fields` says what is wrong with which input. */
export class APIError extends Error {
  /**
   * @param {number} status
   * @param {any} body
   */
  constructor(status, body) {
    super(sentence(status, body));
    this.status = status;
    /** Discord's JSON error code, 0 where there is none. */
    this.code = Number(body?.code ?? 0);
    /** @type {Record<string, string>} */
    this.fields = fieldMessages(body?.errors);
  }
}

/** @param {number} status @param {any} body */
function sentence(status, body) {
  const fields = Object.values(fieldMessages(body?.errors));
  if (fields.length) return fields.join(' ');
  if (status === 429) return `Too many attempts. Try again in ${Math.ceil(Number(body?.retry_after ?? 1))} seconds.`;
  if (body?.message) return body.message;
  return status >= 500 ? 'The server had a problem. Try again in a moment.' : `The server answered ${status}.`;
}

/** @param {any} errors @returns {Record<string, string>} */
function fieldMessages(errors) {
  /** @type {Record<string, string>} */
  const messages = {};
  for (const [field, value] of Object.entries(errors ?? {})) {
    const first = /** @type {any} */ (value)?._errors?.[0]?.message;
    if (first) messages[field] = first;
  }
  return messages;
}

/** The REST interface, with the session's token on every request and one retry after a refresh. */
export class API {
  /** @param {import('./credentials.js').Credentials} credentials */
  constructor(credentials) {
    this.credentials = credentials;
  }

  /**
   * @param {string} method
   * @param {string} path below /api/v10
   * @param {any} [body]
   * @param {{anonymous?: boolean}} [options]
   * @returns {Promise<any>}
   */
  async request(method, path, body, { anonymous = false } = {}) {
    let token = anonymous ? null : await this.credentials.accessToken();
    let response = await send(method, path, body, token);
    if (response.status === 401 && token) {
      token = await this.credentials.refresh(token);
      response = await send(method, path, body, token);
      if (response.status === 401) {
        this.credentials.forget();
        throw new SignedOut();
      }
    }
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new APIError(response.status, answer);
    return answer;
  }

  get(/** @type {string} */ path) {
    return this.request('GET', path);
  }

  post(/** @type {string} */ path, /** @type {any} */ body = {}) {
    return this.request('POST', path, body);
  }

  patch(/** @type {string} */ path, /** @type {any} */ body) {
    return this.request('PATCH', path, body);
  }

  delete(/** @type {string} */ path) {
    return this.request('DELETE', path);
  }

  /** @param {'register' | 'login'} how @param {any} form */
  async signIn(how, form) {
    this.credentials.keep(await this.request('POST', `/auth/${how}`, form, { anonymous: true }));
  }

  async signOut() {
    const session = this.credentials.session;
    try {
      if (session) await this.post('/auth/logout', { refresh_token: session.refreshToken });
    } catch {
      // Signed out here in any case; the server's copy of the session runs out by itself.
    }
    this.credentials.forget();
  }

  /** What an invite leads to. Works without an account, so that a newcomer sees where they are going. @param {string} code */
  invite(code) {
    return this.request('GET', `/invites/${encodeURIComponent(code)}?with_counts=1`, undefined, { anonymous: !this.credentials.session });
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {any} body
 * @param {string | null} token
 */
async function send(method, path, body, token) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(`/api/v10${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Error('The server cannot be reached. Check your connection and try again.');
  }
}
