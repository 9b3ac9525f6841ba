import RTP
import SFU

/// What one exchange leaves for the next. A value: whoever keeps the former one can go back to it when a client rolls back.
///
/// Everything about sections is kept by mid and dropped as soon as an offer no longer contains the mid. That is what makes roll-back
/// and reused m-lines right by themselves: browsers give a section another mid after a roll-back, and a stopped section's m-line comes
/// back under a new mid.
package struct NegotiationState: Equatable, Sendable {
    /// Credentials of both sides that belong together.
    struct ICEPair: Equatable, Sendable {
        var local: ICECredentials
        var remote: ICECredentials
    }

    struct Section: Equatable, Sendable {
        var role: SectionRole
        /// For slots; unused otherwise.
        var index = 0
        var ssrc = SSRC(0)
        var rtx = SSRC(0)
    }

    /// RFC 8866 §5.2: the id stays, the version grows with each answer.
    var sessionID: UInt64
    var version: UInt64 = 0
    var ice: ICEPair
    /// The pair before the last ICE restart. A client that rolls that offer back goes on with it.
    var formerICE: ICEPair?
    var fingerprint: Fingerprint
    var sections: [String: Section] = [:]
    /// Mids of the last answer's bundle, the tag first, and what the tag's section is: an ICE fragment names them again.
    var bundle: [String] = []
    var tagMedia = "audio"

    package var localICE: ICECredentials { ice.local }
    package var remoteICE: ICECredentials { ice.remote }

    init(remote: ICECredentials, fingerprint: Fingerprint, using generator: inout some RandomNumberGenerator) {
        // 62 bits: some parsers read the id into a signed integer.
        sessionID = generator.next() >> 2
        ice = ICEPair(local: .random(using: &generator), remote: remote)
        self.fingerprint = fingerprint
    }

    /// Takes note of the credentials in an offer or fragment and says whether they restart ICE (RFC 8445 §9, RFC 8839 §4.4.1.1.1).
    package mutating func heard(_ remote: ICECredentials, using generator: inout some RandomNumberGenerator) -> Bool {
        if remote == ice.remote { return false }
        let last = ice
        if let formerICE, formerICE.remote == remote {
            ice = formerICE
        } else {
            ice = ICEPair(local: .random(using: &generator), remote: remote)
        }
        formerICE = last
        return true
    }

    /// Forgets sections that are not among these mids.
    mutating func keepSections(_ mids: Set<String>) {
        sections = sections.filter { mids.contains($0.key) }
    }

    /// Position and sources for a new slot: the lowest free position of its purpose.
    mutating func addSlot(
        mid: String, role: SectionRole, purpose: SlotPurpose, avoiding declared: Set<UInt32>,
        using generator: inout some RandomNumberGenerator
    ) {
        let taken = Set(sections.values.filter { $0.purpose == purpose }.map(\.index))
        let index = (0...taken.count).first { !taken.contains($0) } ?? taken.count
        let ssrc = freshSource(avoiding: declared, using: &generator)
        let rtx = freshSource(avoiding: declared.union([ssrc.rawValue]), using: &generator)
        sections[mid] = Section(role: role, index: index, ssrc: ssrc, rtx: rtx)
    }

    /// A source that nobody on this transport has; counted on from a drawn number, so it ends whatever the generator does.
    private func freshSource(avoiding declared: Set<UInt32>, using generator: inout some RandomNumberGenerator) -> SSRC {
        let own = Set(sections.values.flatMap { [$0.ssrc.rawValue, $0.rtx.rawValue] })
        var number = UInt32(truncatingIfNeeded: generator.next())
        while number == 0 || declared.contains(number) || own.contains(number) { number &+= 1 }
        return SSRC(number)
    }
}

extension NegotiationState.Section {
    var purpose: SlotPurpose? {
        if case .slot(let purpose, _) = role { return purpose }
        return nil
    }
}
