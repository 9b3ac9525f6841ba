import Logging
import ServiceLifecycle
import UnixSignals

/// SIGHUP reads the TLS files again.
struct ReloadService: Service {
    let certificate: CertificateSource?
    let logger: Logger

    func run() async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        for await _ in hangups.cancelOnGracefulShutdown() {
            guard let certificate else {
                logger.info("SIGHUP: there is no certificate to reload")
                continue
            }
            do {
                try certificate.reload()
                logger.info("SIGHUP: the certificate was read again")
            } catch {
                logger.error("SIGHUP: the former certificate stays", metadata: ["error": "\(error)"])
            }
        }
    }
}
