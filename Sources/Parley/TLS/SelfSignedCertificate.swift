import Crypto
import Glibc
import SwiftASN1
import X509

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The certificate of `--tls self-signed`: made once, kept in the data directory, so that a browser's exception stays valid over restarts.
enum SelfSignedCertificate {
    /// Chosen: browsers refuse certificates that are valid for longer than 398 days.
    static let lifetime: TimeInterval = 397 * 86_400

    /// Returns the files' paths; makes them where they are missing or within a month of their end.
    static func files(in directory: String, names: [String]) throws -> (certificate: String, key: String) {
        let paths = (certificate: directory + "/self-signed-cert.pem", key: directory + "/self-signed-key.pem")
        if let text = try? String(contentsOfFile: paths.certificate, encoding: .utf8), let existing = try? Certificate(pemEncoded: text),
            existing.notValidAfter > Date.now.addingTimeInterval(30 * 86_400), FileManager.default.fileExists(atPath: paths.key)
        {
            return paths
        }
        let key = P256.Signing.PrivateKey()
        let certificate = try certificate(for: key, names: names, now: .now)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try write(key.pemRepresentation, to: paths.key, mode: 0o600)
        try write(certificate.serializeAsPEM().pemString, to: paths.certificate, mode: 0o644)
        return paths
    }

    static func certificate(for key: P256.Signing.PrivateKey, names: [String], now: Date) throws -> Certificate {
        let name = try DistinguishedName { CommonName(names.first ?? "parley") }
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            // An hour back, for visitors whose clocks are behind.
            notValidBefore: now.addingTimeInterval(-3600), notValidAfter: now.addingTimeInterval(lifetime), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names.map(generalName))
            },
            issuerPrivateKey: .init(key))
    }

    private static func generalName(_ name: String) -> GeneralName {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, name, &v4) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: v4) { ArraySlice($0) }))
        }
        if inet_pton(AF_INET6, name, &v6) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: v6) { ArraySlice($0) }))
        }
        return .dnsName(name)
    }

    /// Created with its mode, not changed to it afterwards: the key is never readable by others.
    private static func write(_ text: String, to path: String, mode: Int) throws {
        try? FileManager.default.removeItem(atPath: path)
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]) else {
            throw SettingsError("tls self-signed: \(path) cannot be written.")
        }
    }
}
