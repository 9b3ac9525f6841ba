/// A picture in I420: a full plane of luma and two quarter planes of chroma, without padding between rows.
package struct Picture: Equatable {
    package let width: Int
    package let height: Int
    package var luma: [UInt8]
    package var blue: [UInt8]
    package var red: [UInt8]

    /// A grey picture. Sides must be even.
    package init(width: Int, height: Int) {
        precondition(width % 2 == 0 && height % 2 == 0, "I420 needs even sides")
        self.width = width
        self.height = height
        luma = [UInt8](repeating: 128, count: width * height)
        blue = [UInt8](repeating: 128, count: width * height / 4)
        red = blue
    }
}
