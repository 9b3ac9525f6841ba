import ArgumentParser

/// `parley`, the only executable: `parley serve` runs the server.
@main
struct ParleyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "A self-hosted voice, screen-share and chat server.",
        version: Version.current,
        subcommands: [ServeCommand.self, VersionCommand.self])
}
