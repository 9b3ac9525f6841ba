/// What an operator may set of the control plane.
package struct ControlConfiguration: Sendable {
    /// Who may make an account. The first account of a server can always be made, and is the operator.
    package enum Registration: String, Sendable, CaseIterable {
        case open
        /// Only with the code of a usable invite, whose guild the new account joins.
        case invite
        case closed
    }

    /// Requests in a window, as a token bucket: `count` at once, refilled evenly over `window`.
    package struct RateLimit: Sendable, Equatable {
        package var count: Int
        package var window: Duration

        package init(count: Int, window: Duration) {
            self.count = count
            self.window = window
        }
    }

    package var registration: Registration = .open
    /// FEATURES A15, L3: attempts to register or sign in, by address.
    package var authAttempts = RateLimit(count: 5, window: .seconds(60))
    /// All requests of a signed-in user. Chosen: Discord's 50 a second, which its bot libraries expect.
    package var userRequests = RateLimit(count: 50, window: .seconds(1))
    /// All requests from one address. Chosen: several people behind one NAT.
    package var addressRequests = RateLimit(count: 200, window: .seconds(1))
    /// Further origins, such as `https://example.org`, whose pages may call this server. Its own origin always may.
    package var allowedOrigins: [String] = []
    /// Addresses of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    package var trustedProxies: [String] = []
    /// Where clients reach this server, such as `https://chat.example.org`; `nil`: taken from each request's `Host`.
    package var publicURL: String?
    /// The server itself speaks TLS: URLs that it gives out begin with `https` and `wss`.
    package var usesTLS = false
    /// Bytes of a request body; beyond it 413.
    package var maximumBodyBytes = 256 * 1024
    /// `iss` and `aud` of access tokens.
    package var issuer = "parley"
    package var accessTokenLifetime: Duration = .seconds(3600)
    package var refreshTokenLifetime: Duration = .seconds(7 * 24 * 3600)
    /// How long the token just replaced is still answered with a sibling instead of ending the session: two tabs refresh at once, or an answer was lost.
    package var refreshGrace: Duration = .seconds(30)

    package init() {}
}
