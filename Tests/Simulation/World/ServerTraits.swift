import SFU

/// In what the servers of a world do as a released one does. None of it changes what clients get; a scenario asks for it to show that.
package struct ServerTraits: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The packets of a frame are evened out (`MediaCoreConfiguration.evensFrames`).
    package static let evensFrames = ServerTraits(rawValue: 1 << 0)
    /// Regular work of all peers is done together (`MediaCoreConfiguration.regularGrain`).
    package static let gathersWork = ServerTraits(rawValue: 1 << 1)

    /// By the runner's words for them.
    package static let named: [(name: String, trait: ServerTraits)] = [("even", .evensFrames), ("gather", .gathersWork)]

    func apply(to configuration: inout MediaCoreConfiguration) {
        configuration.evensFrames = contains(.evensFrames)
        configuration.regularGrain = contains(.gathersWork) ? MediaServer.regularGrain : 0
    }
}
