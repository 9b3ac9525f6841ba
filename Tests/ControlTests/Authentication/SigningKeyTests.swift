import Foundation
import Testing

@testable import Control

struct SigningKeyTests {
    @Test func theKeyIsMadeOnceAndOnlyItsOwnerMayReadIt() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/jwt.pem"
        let made = try SigningKey.load(path: path)
        #expect(try permissions(path) == 0o600)
        #expect(try SigningKey.load(path: path).id == made.id)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["jwt.pem"])
    }

    /// Guard: the check of the mode.
    @Test func anOpenKeyIsClosedWithAWarning() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/jwt.pem"
        _ = try SigningKey.load(path: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        var warnings: [String] = []
        _ = try SigningKey.load(path: path) { warnings.append($0) }
        #expect(warnings.count == 1)
        #expect(try permissions(path) == 0o600)
    }

    @Test func nonsenseIsRefusedNotReplaced() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/jwt.pem"
        try "nonsense".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: SigningKey.Failure.self) { try SigningKey.load(path: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "nonsense")
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
