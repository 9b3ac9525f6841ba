import Control
import HTTPTypes
import Hummingbird
import SFU

/// WHIP (RFC 9725) and WHEP: media in and out by one HTTP exchange, for encoders such as OBS and players without our page.
///
/// ```
/// POST    …/channels/{channel.id}/whip?source=camera|screen              offer → 201, Location, ETag, answer
/// POST    …/channels/{channel.id}/whep?user={user.id}&source=…           the same, to watch that user's source and its sound
/// PATCH   Location    If-Match, application/trickle-ice-sdpfrag          204 for candidates, 200 with new credentials for an ICE restart
/// DELETE  Location                                                       200
/// ```
package struct HTTPMediaRoutes: Sendable {
    private let services: ControlServices
    let resources: MediaResources

    /// Rights and revocations are heard through the main gateway, which `plane.run()` must run for them to arrive.
    package init(services: ControlServices, plane: SignalingPlane) async {
        await self.init(
            services: services, resources: MediaResources(media: plane.media, events: plane.mediaEvents, gateway: plane.gateway),
            gateway: plane.gateway)
    }

    init(services: ControlServices, resources: MediaResources, gateway: Gateway) async {
        self.services = services
        self.resources = resources
        _ = await gateway.watchEvents { [weak resources] event in resources?.committed(event) }
    }

    package func add(to group: RouterGroup<APIContext>) {
        group.post("channels/{channel_id}/whip", use: publish)
        group.on("channels/{channel_id}/whip", method: .options) { _, _ in MediaAnswer.options(accepting: .acceptPost, MediaType.sdp) }
        group.post("channels/{channel_id}/whep", use: watch)
        group.on("channels/{channel_id}/whep", method: .options) { _, _ in MediaAnswer.options(accepting: .acceptPost, MediaType.sdp) }
        for kind in [MediaResource.Kind.whip, .whep] {
            let path: RouterPath = "channels/{channel_id}/\(kind.rawValue)/{session_id}"
            group.patch(path) { try await self.patch($0, $1, kind) }
            group.delete(path) { try await self.delete($0, $1, kind) }
            group.on(path, method: .options) { _, _ in MediaAnswer.options(accepting: .acceptPatch, MediaType.fragment) }
        }
    }

    // MARK: POST

    @Sendable private func publish(_ request: Request, _ context: APIContext) async throws -> Response {
        let access = MediaAccess(services: services, request: request, context: context)
        let owner = try await access.publisher()
        let (guild, rights) = try await access.rights(of: owner.user)
        guard MediaResource.Kind.whip.isAllowed(by: rights) else { throw APIError.missingPermissions }
        let source = try MediaQuery(request).source()
        let offer = try await MediaBody(request).offer()
        // A picture without the right to its sound is let in, and the media server drops the sound; sound alone needs its own right.
        guard offer.shows ? rights.stream && rights.publishTier != nil : rights.speak else { throw APIError.missingPermissions }
        let roles = SectionRoles(publishing: source, in: offer.description)
        return try await open(.whip, source, offer, roles, owner, guild, rights, access)
    }

    @Sendable private func watch(_ request: Request, _ context: APIContext) async throws -> Response {
        let access = MediaAccess(services: services, request: request, context: context)
        let owner = try await access.viewer()
        let (guild, rights) = try await access.rights(of: owner.user)
        guard MediaResource.Kind.whep.isAllowed(by: rights) else { throw APIError.missingPermissions }
        let query = MediaQuery(request)
        let source = try query.source()
        let user = try query.user()
        guard try await services.store.member(user, in: guild) != nil else { throw APIError.unknownMember }
        let offer = try await MediaBody(request).offer()
        let roles = SectionRoles(watching: source, of: ParticipantID(user.rawValue), in: offer.description)
        return try await open(.whep, source, offer, roles, owner, guild, rights, access)
    }

    private func open(
        _ kind: MediaResource.Kind, _ source: TrackSource, _ offer: MediaBody.Offer, _ roles: SectionRoles, _ owner: MediaOwner,
        _ guild: Snowflake, _ rights: VoiceRights, _ access: MediaAccess
    ) async throws -> Response {
        let channel = try access.channel()
        let answerer = Answerer(
            policy: NegotiationPolicy(audioBitrate: rights.audioBitrate), endpoint: resources.answerEndpoint(for: owner.user, in: channel))
        let negotiation = try Self.negotiate(answerer, offer.description, roles)
        let resource = MediaResource(
            id: RandomToken.make(), kind: kind, guild: guild, channel: channel, owner: owner, source: source, peer: PeerID.next(),
            answerer: answerer, negotiation: negotiation.state, rights: rights)
        do throws(MediaResources.Refusal) { try await resources.open(resource, negotiation) } catch { throw error.apiError }
        // A revocation that was committed after the credential was checked and before the session was there found nothing to end.
        guard try await access.isStillGood(owner) else {
            resources.close(resource.id)
            throw APIError.unauthorized
        }
        return MediaAnswer.created(resource, negotiation.answer)
    }

    /// An answer that carries nothing is none: whoever publishes must send, whoever watches must receive.
    private static func negotiate(_ answerer: Answerer, _ offer: SessionDescription, _ roles: SectionRoles) throws -> Negotiation {
        var generator = SystemRandomNumberGenerator()
        do throws(AnswerRefusal) {
            let negotiation = try answerer.answer(offer, roles: roles, using: &generator)
            guard !negotiation.sections.receive.isEmpty || !negotiation.sections.slots.isEmpty else { throw .nothingUsable }
            return negotiation
        } catch { throw error.apiError }
    }

    // MARK: PATCH and DELETE

    private func patch(_ request: Request, _ context: APIContext, _ kind: MediaResource.Kind) async throws -> Response {
        let resource = try await find(request, context, kind)
        guard let field = request.headers[.ifMatch] else { throw APIError.needsIfMatch }
        let tags = EntityTags(field)
        guard tags.matches(resource.entityTag) else { throw APIError.staleEntityTag }
        let fragment = try await MediaBody(request).fragment()
        // Candidates are not needed: an ICE-lite server learns addresses from the checks.
        guard let credentials = fragment.credentials else { return .noContent }
        guard let heard = resources.heard(credentials, resource.id) else { throw APIError.unknownMediaSession }
        return heard.isRestart ? MediaAnswer.restarted(heard.resource) : .noContent
    }

    private func delete(_ request: Request, _ context: APIContext, _ kind: MediaResource.Kind) async throws -> Response {
        let resource = try await find(request, context, kind)
        resources.close(resource.id)
        return Response(status: .ok)
    }

    private func find(_ request: Request, _ context: APIContext, _ kind: MediaResource.Kind) async throws -> MediaResource {
        let access = MediaAccess(services: services, request: request, context: context)
        let owner = try await access.owner()
        let resource = resources.find(context.parameters.get("session_id") ?? "", kind, in: try access.channel(), for: owner)
        guard let resource else { throw APIError.unknownMediaSession }
        return resource
    }
}
