import SFU

/// An answered offer.
package struct Negotiation: Equatable, Sendable {
    /// The answer's text.
    package var answer: String
    /// What the media plane has to know. Sections answered `inactive` are not among them.
    package var sections: Sections
    package var localICE: ICECredentials
    package var remoteICE: ICECredentials
    package var remoteFingerprint: Fingerprint
    /// The offer restarted ICE (or rolled a restart back): tell the media plane both credentials.
    package var isICERestart: Bool
    /// For the next offer.
    package var state: NegotiationState
}
