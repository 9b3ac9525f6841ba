import Configuration
import SystemPackage
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Settings {
    /// Reads the options from the command line, then `PARLEY_…`, then the file; the first that has a key wins.
    static func load(
        commandLine: [SettingsKey: [String]], file: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(SettingsError) -> Settings {
        let config = file ?? environment["PARLEY_CONFIG"]
        try refuseUnknown(environment: environment)
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "command line",
                values: commandLine.reduce(into: [:]) { values, entry in
                    values[AbsoluteConfigKey([entry.key.rawValue])] =
                        entry.key.isList
                        ? .init(.stringArray(entry.value), isSecret: false)
                        : .init(.string(entry.value.last ?? ""), isSecret: false)
                }),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "parley"),
        ]
        if let config {
            try refuseUnknown(file: config)
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(config)))
            } catch {
                throw SettingsError("config: \(config) cannot be used: \(error).")
            }
        }
        return try Settings(given(by: ConfigReader(providers: providers)))
    }

    private static func given(by reader: ConfigReader) throws(SettingsError) -> [SettingsKey: [String]] {
        var given: [SettingsKey: [String]] = [:]
        for key in SettingsKey.allCases {
            let name = ConfigKey([key.rawValue])
            if key.isList {
                given[key] = reader.stringArray(forKey: name) ?? reader.string(forKey: name).map { [$0] }
            } else {
                // YAML reads `media-workers: 2` as a number.
                given[key] = (reader.string(forKey: name) ?? reader.int(forKey: name).map(String.init)).map { [$0] }
            }
        }
        return given
    }

    /// A misspelt key would otherwise be silently without effect.
    private static func refuseUnknown(file: String) throws(SettingsError) {
        let known = SettingsKey.allCases.map(\.rawValue)
        let top: Any?
        do {
            top = try Yams.load(yaml: String(contentsOfFile: file, encoding: .utf8))
        } catch {
            throw SettingsError("config: \(file) cannot be read: \(error).")
        }
        guard let top else { return }
        guard let mapping = top as? [String: Any] else { throw SettingsError("config: \(file) is not a list of 'key: value' lines.") }
        for key in mapping.keys.sorted() where !known.contains(key) {
            throw SettingsError("config: \(file) has the unknown key '\(key)'. Known are \(known.joined(separator: ", ")).")
        }
    }

    private static func refuseUnknown(environment: [String: String]) throws(SettingsError) {
        let known = Set(SettingsKey.allCases.map { "PARLEY_" + $0.rawValue.uppercased().replacing("-", with: "_") } + ["PARLEY_CONFIG"])
        for name in environment.keys.sorted() where name.hasPrefix("PARLEY_") && !known.contains(name) {
            throw SettingsError("The environment has \(name), which is no option. Known are \(known.sorted().joined(separator: ", ")).")
        }
    }
}
