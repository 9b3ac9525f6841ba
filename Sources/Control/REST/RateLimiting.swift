import HTTPTypes
import Hummingbird

/// Limits requests and says so in Discord's headers (bot-contract §8), which bot libraries obey before they run into it.
///
/// It stands twice in the chain: by address in front of authentication, so that a flood of bad tokens is not even checked, and by user behind it.
struct RateLimiting: RouterMiddleware {
    typealias Context = APIContext

    enum Subject: String {
        case address
        case user
    }

    let subject: Subject
    let limiter: RateLimiter
    let clock: Clock

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        guard let key = key(context) else { return try await next(request, context) }
        let decision = limiter.take(key)
        guard decision.isAllowed else { throw Self.refusal(decision, bucket: subject.rawValue, clock: clock) }
        var response = try await next(request, context)
        // The user's bucket is the nearer one; it has spoken already if there is one.
        if response.headers[.rateLimitLimit] == nil {
            Self.describe(decision, bucket: subject.rawValue, clock: clock, in: &response.headers)
        }
        return response
    }

    private func key(_ context: Context) -> String? {
        switch subject {
        case .address: ClientAddress.key(for: context.clientAddress)
        case .user: context.principal?.userID.description
        }
    }

    /// 429 in Discord's shape. `Via` is needed: without it discord.py takes the answer for a ban by Cloudflare and gives up instead of waiting.
    static func refusal(_ decision: RateLimiter.Decision, bucket: String, clock: Clock) -> APIError {
        let seconds = decision.retryAfter.inSeconds
        var headers: HTTPFields = [
            .retryAfter: String(Int(seconds.rounded(.up))), .rateLimitScope: "user", .via: "1.1 parley",
        ]
        describe(decision, bucket: bucket, clock: clock, in: &headers)
        var error = APIError(.tooManyRequests, "You are being rate limited.", headers: headers)
        error.extra = ["retry_after": .double((seconds * 1000).rounded(.up) / 1000), "global": false]
        return error
    }

    private static func describe(_ decision: RateLimiter.Decision, bucket: String, clock: Clock, in headers: inout HTTPFields) {
        let resetAfter = max(decision.resetAfter, decision.retryAfter)
        headers[.rateLimitLimit] = String(decision.limit)
        headers[.rateLimitRemaining] = String(decision.remaining)
        headers[.rateLimitReset] = fixed3(Double(clock.now().milliseconds) / 1000 + resetAfter.inSeconds)
        headers[.rateLimitResetAfter] = fixed3(resetAfter.inSeconds)
        headers[.rateLimitBucket] = bucket
    }

    /// Three decimals, never an exponent.
    private static func fixed3(_ seconds: Double) -> String {
        let thousandths = Int64((seconds * 1000).rounded(.up))
        return "\(thousandths / 1000).\(String(1000 + thousandths % 1000).dropFirst())"
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
