import Crypto
import CryptoExtras
import Foundation
import Glibc

/// The server's RSA key, kept in one file that only its owner may read.
package struct SigningKey: Sendable {
    /// Why the key cannot be used.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    let pem: String
    /// Names the key in the header of tokens: the start of the SHA-256 of its public part.
    let id: String

    /// Reads the key; makes it at the first start.
    ///
    /// A file that others may read is closed to them (mode 0600) and `warning` says so: the key may already have been copied.
    package static func load(path: String, warning: (String) -> Void = { _ in }) throws -> SigningKey {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw Failure(description: "cannot read \(path): \(String(cString: strerror(errno)))") }
            return try create(path: path)
        }
        if status.st_mode & 0o077 != 0 {
            guard chmod(path, 0o600) == 0 else {
                throw Failure(description: "\(path) is open to others and its mode cannot be set to 0600")
            }
            warning(
                "\(path) was open to others; its mode is 0600 now. Delete it and restart if someone may have read it: everyone must sign in again."
            )
        }
        guard let data = FileManager.default.contents(atPath: path), let pem = String(data: data, encoding: .utf8) else {
            throw Failure(description: "cannot read \(path)")
        }
        return try SigningKey(pem: pem, path: path)
    }

    private init(pem: String, path: String) throws {
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) else {
            throw Failure(description: "\(path) does not hold an RSA private key in PEM form")
        }
        self.pem = pem
        id = Base64URL.encode(Array(SHA256.hash(data: key.publicKey.derRepresentation)).prefix(12))
    }

    /// Written under another name and linked into place, so that a crash leaves no half a key and two servers cannot make two keys.
    private static func create(path: String) throws -> SigningKey {
        let pem = try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation
        let draft = "\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(description: "cannot write \(draft): \(String(cString: strerror(errno)))") }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let bytes = Array(pem.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0, link(draft, path) == 0 else {
            throw Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        return try SigningKey(pem: pem, path: path)
    }
}
