/// Reads a field out of JSON text without parsing it, for a generator that gets thousands of documents whose shape it knows: the first
/// `"name":` counts, so it must be one that stands before what might repeat it. Values with escapes are answered as they stand.
public enum FieldScan {
    /// The string behind the first `"name":"`.
    public static func string(_ name: StaticString, in text: ArraySlice<UInt8>) -> String? {
        guard let start = value(name, text), start < text.endIndex, text[start] == UInt8(ascii: "\"") else { return nil }
        guard let end = text[(start + 1)...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(decoding: text[(start + 1)..<end], as: UTF8.self)
    }

    /// The whole number behind the first `"name":`.
    public static func int(_ name: StaticString, in text: ArraySlice<UInt8>) -> Int? {
        guard let start = value(name, text) else { return nil }
        let digits = text[start...].prefix { $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// As above, for text that came as a string.
    public static func string(_ name: StaticString, in text: String) -> String? { string(name, in: Array(text.utf8)[...]) }

    public static func int(_ name: StaticString, in text: String) -> Int? { int(name, in: Array(text.utf8)[...]) }

    private static func value(_ name: StaticString, _ text: ArraySlice<UInt8>) -> Int? {
        let count = name.utf8CodeUnitCount
        let wanted = name.utf8Start
        var at = text.startIndex
        while at + count + 3 <= text.endIndex {
            guard text[at] == UInt8(ascii: "\"") else {
                at += 1
                continue
            }
            var matches = text[at + count + 1] == UInt8(ascii: "\"") && text[at + count + 2] == UInt8(ascii: ":")
            var index = 0
            while matches, index < count {
                matches = text[at + 1 + index] == wanted[index]
                index += 1
            }
            if matches { return at + count + 3 }
            at += 1
        }
        return nil
    }
}
