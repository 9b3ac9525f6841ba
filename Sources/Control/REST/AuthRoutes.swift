import Hummingbird
import Logging

/// Signing up, in and out.
struct AuthRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.post("auth/register", use: register)
        group.post("auth/login", use: login)
        group.post("auth/refresh", use: refresh)
        group.post("auth/logout", use: logout)
    }

    @Sendable private func register(_ request: Request, _ context: APIContext) async throws -> Response {
        try limitAttempts(context)
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        form.require("username", "email", "password")
        let username = form.username("username")
        let email = form.email("email")
        let password = form.string("password", length: 0...PasswordRules.maximumBytes)
        if let password, let fault = PasswordRules.fault(in: password, username: username ?? "") {
            form.fail("password", fault.code, fault.message)
        }
        let invite = form.string("invite", length: 0...64)
        try form.check()
        guard let username, let email, let password else { throw APIError.invalidJSON }
        let grant = try await services.accounts.register(username: username, email: email, password: password, invite: invite)
        context.logger.info("account created", metadata: ["account": "\(grant.user.id)"])
        return .json(grant.payload, status: .created)
    }

    /// `login` is a username or an e-mail address; `username` and `email` are understood too.
    @Sendable private func login(_ request: Request, _ context: APIContext) async throws -> Response {
        try limitAttempts(context)
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let field = ["login", "email", "username"].first { form.has($0) } ?? "login"
        form.require(field, "password")
        let login = form.string(field)
        let password = form.string("password", length: 0...PasswordRules.maximumBytes)
        try form.check()
        guard let login, let password else { throw APIError.invalidJSON }
        do {
            return .json(try await services.accounts.login(login, password: password).payload)
        } catch let error as APIError where error == Accounts.invalidCredentials {
            context.logger.warning("sign-in refused", metadata: ["address": "\(context.clientAddress)"])
            throw error
        }
    }

    @Sendable private func refresh(_ request: Request, _ context: APIContext) async throws -> Response {
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        form.require("refresh_token")
        let token = form.string("refresh_token")
        try form.check()
        guard let token else { throw APIError.invalidJSON }
        let grant = try await services.accounts.refresh(token) { session in
            context.logger.warning(
                "a replaced refresh token came again; its session was ended",
                metadata: ["session": "\(session)", "address": "\(context.clientAddress)"])
        }
        return .json(grant.payload)
    }

    /// Ends the session of the access token, or without one that of the `refresh_token` in the body.
    @Sendable private func logout(_ request: Request, _ context: APIContext) async throws -> Response {
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let token = form.string("refresh_token")
        try form.check()
        if let principal = context.principal {
            try await services.accounts.logout(principal)
        } else if let token {
            try await services.accounts.logout(refreshToken: token)
        } else {
            throw APIError.unauthorized
        }
        return .noContent
    }

    /// FEATURES A15, L3. Successful attempts count too: the limit is on guesses and on hashing alike.
    private func limitAttempts(_ context: APIContext) throws {
        let decision = services.limits.authAttempts.take(ClientAddress.key(for: context.clientAddress))
        guard decision.isAllowed else {
            context.logger.warning("too many sign-in attempts", metadata: ["address": "\(context.clientAddress)"])
            throw RateLimiting.refusal(decision, bucket: "auth", clock: services.clock)
        }
    }
}
