/// What a remote session description may cost us. Everything is counted before it is stored.
///
/// Janus, whose merge overflowed its stack on long descriptions (CVE-2020-13901), added such limits only after fuzzing found the next one.
package struct SDPLimits: Equatable, Sendable {
    /// Whole description. Measured: with its full codec list Chromium 156 offers our page's 26 sections in 90,215 bytes (Firefox 153 in
    /// 39,344), so 64 KiB would keep out everybody whose page does not narrow the codecs.
    package var bytes = 128 * 1024
    package var lines = 8192
    /// One line without its end. Chosen: the longest seen in a browser's offer is 299 bytes (a sha-512 fingerprint and its name).
    package var lineBytes = 4096
    package var mediaSections = 64
    /// Attributes in one section, or at session level.
    package var attributesPerSection = 1024
    /// Payload types on one m-line.
    package var formats = 128
    /// `a=ssrc` sources in one section. Firefox's three simulcast layers with RTX are six.
    package var sources = 64
    /// Bytes of a mid or rid: what the one-byte header extension form can carry (RFC 8285 §4.2).
    package var identifierBytes = 16

    package init() {}

    /// For one PATCH body (RFC 8840 fragments carry a handful of candidates).
    package static var fragment: SDPLimits {
        var limits = SDPLimits()
        limits.bytes = 16 * 1024
        limits.lines = 512
        return limits
    }
}
