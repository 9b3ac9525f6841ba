import ArgumentParser

/// Parley's own version; CHANGELOG.md says what is in it.
enum Version {
    static let current = "0.1.0"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() {
        print("parley \(Version.current)")
    }
}
