import Glibc

/// The data directory, claimed by one server at a time.
struct DataDirectory {
    private let descriptor: Int32

    /// Makes the directory where it is missing, and locks it until `release` or the end of the process.
    static func claim(_ path: String) throws(SettingsError) -> DataDirectory {
        try make(path)
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SettingsError("data: \(file) cannot be written: \(message(errno)).") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw SettingsError("data: another Parley runs on \(path).")
        }
        return DataDirectory(descriptor: descriptor)
    }

    func release() {
        close(descriptor)
    }

    /// Like `mkdir -p`; only its owner may look in, for there are keys inside.
    private static func make(_ path: String) throws(SettingsError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
                throw SettingsError("data: \(path) cannot be made: \(message(errno)).")
            }
        }
    }

    private static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
