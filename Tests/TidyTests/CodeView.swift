/// Swift source with the insides of strings and comments replaced by spaces, so that a rule about code does not stumble over words.
///
/// Lines stay where they are. Raw strings are known; an interpolation counts as part of its string.
enum CodeView {
    static func strip(_ text: String) -> String {
        var scanner = Scanner(Array(text.utf8))
        return String(decoding: scanner.run(), as: UTF8.self)
    }

    private struct Scanner {
        private let source: [UInt8]
        private var output: [UInt8] = []
        private var position = 0

        init(_ source: [UInt8]) {
            self.source = source
            output.reserveCapacity(source.count)
        }

        mutating func run() -> [UInt8] {
            while position < source.count {
                let byte = source[position]
                if byte != UInt8(ascii: "/"), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "#") {
                    keep()
                } else if starts("//") {
                    while position < source.count, source[position] != UInt8(ascii: "\n") { blank() }
                } else if starts("/*") {
                    blockComment()
                } else if let hashes = stringStart() {
                    string(hashes: hashes)
                } else {
                    keep()
                }
            }
            return output
        }

        private func starts(_ word: String, at offset: Int = 0) -> Bool {
            var index = position + offset
            for byte in word.utf8 {
                guard index < source.count, source[index] == byte else { return false }
                index += 1
            }
            return true
        }

        private mutating func keep() {
            output.append(source[position])
            position += 1
        }

        private mutating func blank(_ count: Int = 1) {
            for _ in 0..<count where position < source.count {
                output.append(source[position] == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
                position += 1
            }
        }

        private mutating func blockComment() {
            var depth = 0
            repeat {
                if starts("/*") {
                    depth += 1
                    blank(2)
                } else if starts("*/") {
                    depth -= 1
                    blank(2)
                } else {
                    blank()
                }
            } while depth > 0 && position < source.count
        }

        /// The number of # before a quote that begins here; `nil` where none does.
        private func stringStart() -> Int? {
            var hashes = 0
            while position + hashes < source.count, source[position + hashes] == UInt8(ascii: "#") { hashes += 1 }
            return starts("\"", at: hashes) ? hashes : nil
        }

        private mutating func string(hashes: Int) {
            let marks = String(repeating: "#", count: hashes)
            blank(hashes)
            let quote = starts("\"\"\"") ? "\"\"\"" : "\""
            blank(quote.count)
            while position < source.count {
                if starts(quote + marks) {
                    blank(quote.count + hashes)
                    return
                }
                if starts("\\" + marks + "(") {
                    blank(2 + hashes)
                    interpolation()
                } else if starts("\\" + marks) {
                    blank(2 + hashes)
                } else if quote == "\"", source[position] == UInt8(ascii: "\n") {
                    return
                } else {
                    blank()
                }
            }
        }

        /// Behind the opening parenthesis, to behind the one that closes it.
        private mutating func interpolation() {
            var depth = 1
            while position < source.count, depth > 0 {
                if let hashes = stringStart() {
                    string(hashes: hashes)
                    continue
                }
                if source[position] == UInt8(ascii: "(") { depth += 1 }
                if source[position] == UInt8(ascii: ")") { depth -= 1 }
                blank()
            }
        }
    }
}
