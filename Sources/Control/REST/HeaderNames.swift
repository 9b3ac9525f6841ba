import HTTPTypes

extension HTTPField.Name {
    private static func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return name
    }

    static let xTraceID = named("X-Trace-Id")
    static let xForwardedFor = named("X-Forwarded-For")
    static let xForwardedProto = named("X-Forwarded-Proto")
    static let referrerPolicy = named("Referrer-Policy")
    static let crossOriginResourcePolicy = named("Cross-Origin-Resource-Policy")
    static let xAuditLogReason = named("X-Audit-Log-Reason")
    static let rateLimitLimit = named("X-RateLimit-Limit")
    static let rateLimitRemaining = named("X-RateLimit-Remaining")
    static let rateLimitReset = named("X-RateLimit-Reset")
    static let rateLimitResetAfter = named("X-RateLimit-Reset-After")
    static let rateLimitBucket = named("X-RateLimit-Bucket")
    static let rateLimitScope = named("X-RateLimit-Scope")
    static let rateLimitGlobal = named("X-RateLimit-Global")
}
