import NIOConcurrencyHelpers
import NIOSSL

/// The certificate that HTTPS shows, replaceable while the server runs: SIGHUP reads the files again, and handshakes that begin after it get
/// the new one. A file that cannot be used is reported and the old certificate stays.
final class CertificateSource: Sendable {
    private let certificateFile: String
    private let keyFile: String
    private let current: NIOLockedValueBox<Loaded>

    private struct Loaded: Sendable {
        var chain: [NIOSSLCertificate]
        var key: NIOSSLPrivateKey
    }

    init(certificateFile: String, keyFile: String) throws(SettingsError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        current = NIOLockedValueBox(try Self.load(certificateFile, keyFile))
    }

    func reload() throws(SettingsError) {
        let loaded = try Self.load(certificateFile, keyFile)
        current.withLockedValue { $0 = loaded }
    }

    /// TLS 1.2 and 1.3, with the certificate looked up at each handshake.
    func configuration() -> TLSConfiguration {
        let loaded = current.withLockedValue { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: loaded.chain.map { .certificate($0) }, privateKey: .privateKey(loaded.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [current] _, promise in
            let loaded = current.withLockedValue { $0 }
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = loaded.chain.map { .certificate($0) }
            override.privateKey = .privateKey(loaded.key)
            promise.succeed(override)
        }
        return configuration
    }

    private static func load(_ certificateFile: String, _ keyFile: String) throws(SettingsError) -> Loaded {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        } catch {
            throw SettingsError("tls-cert: \(certificateFile) holds no certificate that can be read: \(error).")
        }
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw SettingsError("tls-key: \(keyFile) holds no private key that can be read: \(error).")
        }
        // A context is made once here so that a key of another certificate is found at start and at reload, not by the first visitor.
        do {
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
        } catch {
            throw SettingsError("tls-key: \(keyFile) is not the key of the certificate in \(certificateFile): \(error).")
        }
        return Loaded(chain: chain, key: key)
    }
}
