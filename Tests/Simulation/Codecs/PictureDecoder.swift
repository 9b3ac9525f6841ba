import SFU

/// What a viewer sees of one frame.
package struct SeenPicture: Equatable, Sendable {
    /// Who made it, as the picture itself says.
    package var id: UInt8
    package var captureMilliseconds: UInt32
    package var width: Int
    package var height: Int

    package init(id: UInt8, captureMilliseconds: UInt32, width: Int, height: Int) {
        self.id = id
        self.captureMilliseconds = captureMilliseconds
        self.width = width
        self.height = height
    }
}

/// Decodes whatever frames come: synthetic ones exactly, all others by libvpx, and reads the code in the picture.
package final class PictureDecoder {
    private var synthetic = SyntheticDecoder()
    private var real: VPXDecoder?

    package init() {}

    /// `nil` if the picture would be broken on a screen.
    package func decode(_ frame: [UInt8], codec: Codec = .vp8) -> SeenPicture? {
        if SyntheticFrame(parsing: frame) != nil {
            return synthetic.decode(frame).map {
                SeenPicture(id: $0.id, captureMilliseconds: $0.captureMilliseconds, width: $0.width, height: $0.height)
            }
        }
        if real?.codec != codec { real = VPXDecoder(codec) }
        guard let picture = real?.decode(frame), let code = CodedPicture.read(picture) else { return nil }
        return SeenPicture(id: code.id, captureMilliseconds: code.value, width: picture.width, height: picture.height)
    }
}
