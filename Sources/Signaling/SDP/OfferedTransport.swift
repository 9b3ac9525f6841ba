import SFU

/// How DTLS roles are shared out (RFC 4145 §4, RFC 8842 §5).
enum SetupRole: String, Sendable {
    case actpass, active, passive, holdconn
}

/// What a description says about reaching its writer. Given per session or per section; a section's word wins.
struct OfferedTransport: Equatable, Sendable {
    var ufrag: String?
    var password: String?
    /// Only those whose algorithm we know; the rest are skipped (RFC 8122 §5 lets a peer offer several).
    var fingerprints: [Fingerprint] = []
    var setup: SetupRole?

    /// Takes the attribute if it belongs here.
    mutating func take(_ attribute: SDPAttribute) throws(SDPError) -> Bool {
        let value = attribute.value ?? ""
        switch attribute.name {
        case "ice-ufrag": ufrag = value
        case "ice-pwd": password = value
        case "setup":
            guard let role = SetupRole(rawValue: value) else { throw SDPError(.badAttribute, line: attribute.line) }
            setup = role
        case "fingerprint":
            guard let parts = value.cut(at: UInt8(ascii: " ")) else { throw SDPError(.badAttribute, line: attribute.line) }
            guard let algorithm = Fingerprint.Algorithm(rawValue: parts.head.asciiLowercased) else { return true }
            guard let fingerprint = Fingerprint(algorithm: algorithm, colonSeparated: parts.tail), fingerprints.count < 8 else {
                throw SDPError(.badAttribute, line: attribute.line)
            }
            fingerprints.append(fingerprint)
        default: return false
        }
        return true
    }

    /// This section's words, and the session's where it has none.
    func completed(by session: OfferedTransport) -> OfferedTransport {
        var complete = self
        if ufrag == nil, password == nil { (complete.ufrag, complete.password) = (session.ufrag, session.password) }
        if fingerprints.isEmpty { complete.fingerprints = session.fingerprints }
        complete.setup = setup ?? session.setup
        return complete
    }

    /// The credentials, if both are there and formed as RFC 8839 §5.4 says.
    var credentials: ICECredentials? {
        guard let ufrag, let password else { return nil }
        let credentials = ICECredentials(ufrag: ufrag, password: password)
        return credentials.isWellFormed ? credentials : nil
    }

    /// The fingerprint to hold the peer to: SHA-256 where given, since everybody computes it, else a longer one.
    var fingerprint: Fingerprint? {
        Fingerprint.Algorithm.allCases.lazy.compactMap { algorithm in fingerprints.first { $0.algorithm == algorithm } }.first
    }
}

extension ICECredentials {
    /// RFC 8839 §5.4: ufrag of 4…256 and password of 22…256 characters, letters, digits, `+` and `/`.
    var isWellFormed: Bool {
        (4...256).contains(ufrag.utf8.count) && (22...256).contains(password.utf8.count)
            && ufrag.utf8.allSatisfy(Self.isICECharacter) && password.utf8.allSatisfy(Self.isICECharacter)
    }

    static func isICECharacter(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "+", "/": true
        default: false
        }
    }

    /// New credentials: 8 characters are 48 bits, enough to tell a worker's transports apart; 24 are 144 bits, above the 128 that
    /// RFC 8445 §5.3 asks for.
    static func random(using generator: inout some RandomNumberGenerator) -> ICECredentials {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        func text(_ count: Int, _ generator: inout some RandomNumberGenerator) -> String {
            String(decoding: (0..<count).map { _ in alphabet[Int(generator.next(upperBound: 64 as UInt8))] }, as: UTF8.self)
        }
        return ICECredentials(ufrag: text(8, &generator), password: text(24, &generator))
    }
}

extension Fingerprint {
    /// `5B:DF:…`; `nil` unless it has the algorithm's length.
    init?(algorithm: Algorithm, colonSeparated text: String) {
        let fields = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard fields.count == algorithm.byteCount else { return nil }
        var bytes: [UInt8] = []
        for field in fields {
            guard field.count == 2, let value = UInt8(String(Substring(field)), radix: 16), field.first != UInt8(ascii: "+") else {
                return nil
            }
            bytes.append(value)
        }
        self.init(algorithm: algorithm, bytes: bytes)
    }

    /// `sha-256 5B:DF:…`, the value of `a=fingerprint`.
    var attributeValue: String {
        let digits = Array("0123456789ABCDEF")
        let pairs = bytes.map { byte in "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])" }
        return "\(algorithm.rawValue) \(pairs.joined(separator: ":"))"
    }
}

extension Fingerprint.Algorithm {
    var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}
