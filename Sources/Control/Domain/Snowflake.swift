/// An id as Discord writes it: 42 bits of milliseconds since the start of 2015, then 22 bits that tell ids of one millisecond apart.
///
/// It travels as a JSON string, because JavaScript numbers lose digits above 2^53; clients may send it as a number as well.
package struct Snowflake: Hashable, Sendable, Comparable {
    /// Milliseconds between the Unix epoch and 2015-01-01T00:00:00Z. Bot libraries compute creation times from it, so it cannot be ours to choose.
    package static let epochMilliseconds: Int64 = 1_420_070_400_000

    package let rawValue: UInt64

    package init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Parses decimal digits only: no sign, no space, at most 2^64 − 1.
    package init?(_ string: some StringProtocol) {
        guard !string.isEmpty, string.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = UInt64(string) else { return nil }
        self.rawValue = value
    }

    /// When the id was made.
    package var timestamp: Timestamp {
        Timestamp(milliseconds: Int64(rawValue >> 22) &+ Self.epochMilliseconds)
    }

    package static func < (lhs: Snowflake, rhs: Snowflake) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

extension Snowflake: CustomStringConvertible, LosslessStringConvertible {
    package var description: String { String(rawValue) }

    package init?(_ description: String) {
        self.init(description[...])
    }
}

extension Snowflake: Codable {
    /// Accepts a string or a number: discord.py sends both.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt64.self) {
            self.init(number)
        } else if let value = Snowflake(try container.decode(String.self)) {
            self = value
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "A snowflake is a decimal number of at most 64 bits.")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
