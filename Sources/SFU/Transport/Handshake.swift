/// Where a transport's SRTP keys come from.
///
/// OpenSSL draws its own randomness and reads its own clock, so a simulated room could not repeat itself with DTLS in it. Simulations
/// install seeded keys into the same libsrtp instead. The shipped binary has no such case.
public enum Handshake: Sendable {
    /// DTLS 1.2 as RFC 5764 says, with the certificate of this server start.
    case openSSL(DTLSIdentity)
    #if DEBUG || Simulation
        case seeded(SRTPKeyingMaterial)
    #endif
}
