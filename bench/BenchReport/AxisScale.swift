/// An axis from 0 to a round number, with round numbers between.
struct AxisScale: Equatable {
    private static let wantedTicks = 5.0
    /// The axis ends here: at the last tick.
    let top: Double
    private let step: Double
    private let digits: Int

    /// - Parameter largest: the greatest value to be shown.
    init(upTo largest: Double) {
        let largest = largest.isFinite && largest > 0 ? largest : 1
        var decade = 1.0
        var digits = 0
        while decade * 10 <= largest / Self.wantedTicks { decade *= 10 }
        while decade > largest / Self.wantedTicks {
            decade /= 10
            digits += 1
        }
        let factor = [1.0, 2, 5, 10].first { decade * $0 * Self.wantedTicks >= largest } ?? 10
        step = decade * factor
        self.digits = factor == 10 ? max(0, digits - 1) : digits
        top = (largest / step - 1e-9).rounded(.up) * step
    }

    var ticks: [Double] { (0...Int((top / step).rounded())).map { Double($0) * step } }

    func label(_ value: Double) -> String { value.fixed(digits) }
}
