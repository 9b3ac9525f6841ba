// Who is signed in on this browser. All tabs share one session in localStorage; the refresh token may be used once only (the server revokes
// the whole family when it sees one twice), so a refresh happens under a lock that spans the tabs, and whoever waited for the lock first
// looks whether the work is already done.

const storageKey = 'parley.session';
/** A token with less than this to live is exchanged before it is used. Chosen: covers a slow request and a clock that is a little off. */
const marginMilliseconds = 60_000;

/** @typedef {{accessToken: string, refreshToken: string, expiresAt: number, user: {id: string, username: string}}} Session */

/** The session ended (signed out elsewhere, revoked, or expired); signing in again is the only way on. */
export class SignedOut extends Error {
  constructor() {
    super('You were signed out. Please sign in again.');
  }
}

/** Fires `change` when somebody signs in or out, in this tab or another. */
export class Credentials extends EventTarget {
  constructor() {
    super();
    addEventListener('storage', (event) => {
      if (event.key === storageKey || event.key === null) this.dispatchEvent(new Event('change'));
    });
  }

  /** @returns {Session | null} */
  get session() {
    try {
      return JSON.parse(localStorage.getItem(storageKey) ?? 'null');
    } catch {
      return null;
    }
  }

  /**
   * Keeps what register, login or refresh answered.
   * @param {{access_token: string, refresh_token: string, expires_in: number, user?: any}} response
   */
  keep(response) {
    const user = response.user ?? this.session?.user;
    /** @type {Session} */
    const session = {
      accessToken: response.access_token,
      refreshToken: response.refresh_token,
      expiresAt: Date.now() + response.expires_in * 1000,
      user,
    };
    localStorage.setItem(storageKey, JSON.stringify(session));
    this.dispatchEvent(new Event('change'));
  }

  forget() {
    localStorage.removeItem(storageKey);
    this.dispatchEvent(new Event('change'));
  }

  /** A token that is good for the next minute. */
  async accessToken() {
    const session = this.session;
    if (!session) throw new SignedOut();
    if (session.expiresAt - Date.now() > marginMilliseconds) return session.accessToken;
    return this.refresh(session.accessToken);
  }

  /**
   * Exchanges the refresh token, unless another tab has done so since `stale` was read.
   * @param {string} stale the access token that was refused or is about to expire
   * @returns {Promise<string>}
   */
  async refresh(stale) {
    return exclusively('parley.refresh', async () => {
      const session = this.session;
      if (!session) throw new SignedOut();
      if (session.accessToken !== stale) return session.accessToken;
      const response = await fetch('/api/v10/auth/refresh', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: session.refreshToken }),
      });
      if (response.status === 400 || response.status === 401 || response.status === 403) {
        this.forget();
        throw new SignedOut();
      }
      if (!response.ok) throw new Error(`The server answered ${response.status} to a token refresh.`);
      this.keep(await response.json());
      return /** @type {Session} */ (this.session).accessToken;
    });
  }
}

/**
 * Runs `work` while no other tab runs work of that name. Browsers give `navigator.locks` to secure origins only; on plain HTTP the calls of
 * this tab still queue up, and the server forgives two tabs that refresh in the same moment.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function exclusively(name, work) {
  if (navigator.locks) return /** @type {Promise<T>} */ (navigator.locks.request(name, work));
  const result = tail.then(work, work);
  tail = result.catch(() => {});
  return result;
}

/** @type {Promise<any>} */
let tail = Promise.resolve();
