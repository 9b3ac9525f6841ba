/// The straight line through points that lies nearest to them (the sum of squared vertical distances is least), and how sure its slope is.
package struct LeastSquares: Equatable, Sendable {
    package let slope: Double
    /// Standard error of the slope where the distances are independent of each other; 0 with two points, which have no distance.
    package let standardError: Double

    /// `nil` with fewer than two points, or where all have one x.
    package init?(_ points: [(x: Double, y: Double)]) {
        let count = Double(points.count)
        guard points.count >= 2 else { return nil }
        let meanX = points.reduce(0) { $0 + $1.x } / count
        let meanY = points.reduce(0) { $0 + $1.y } / count
        let spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard spread > 0 else { return nil }
        let slope = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
        let rest = points.reduce(0) { sum, point in
            let distance = point.y - meanY - slope * (point.x - meanX)
            return sum + distance * distance
        }
        self.slope = slope
        standardError = points.count > 2 ? (rest / (count - 2) / spread).squareRoot() : 0
    }
}
