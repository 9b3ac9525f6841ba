import NIOCore

// JSON out of parts that are written already, so that what many are told is written once.
extension ByteBuffer {
    /// An array.
    init(list elements: [ByteBuffer]) {
        self.init()
        reserveCapacity(elements.reduce(2) { $0 + $1.readableBytes + 1 })
        writeInteger(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { writeInteger(UInt8(ascii: ",")) }
            writeImmutableBuffer(element)
        }
        writeInteger(UInt8(ascii: "]"))
    }

    /// An object. Its keys are ours, and need no escapes.
    init(object members: [(key: String, value: ByteBuffer)]) {
        self.init()
        reserveCapacity(members.reduce(2) { $0 + $1.key.utf8.count + $1.value.readableBytes + 4 })
        writeInteger(UInt8(ascii: "{"))
        for (index, (key, value)) in members.enumerated() {
            writeString(index > 0 ? ",\"\(key)\":" : "\"\(key)\":")
            writeImmutableBuffer(value)
        }
        writeInteger(UInt8(ascii: "}"))
    }
}
