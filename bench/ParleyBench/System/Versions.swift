import Glibc

/// What is installed, as Debian's package manager tells it.
enum Versions {
    private static let packages = [
        "janus", "libnice10", "libsrtp2-1", "libssl3", "golang-1.19-go", "golang-github-pion-webrtc.v3-dev",
        "golang-github-pion-srtp.v2-dev",
    ]

    static func installed() -> [String: String] {
        var versions: [String: String] = [:]
        var package = ""
        for line in TextFile.read("/var/lib/dpkg/status").split(separator: "\n") {
            if line.hasPrefix("Package: ") { package = String(line.dropFirst(9)) }
            if line.hasPrefix("Version: "), packages.contains(package) { versions[package] = String(line.dropFirst(9)) }
        }
        return versions
    }
}
