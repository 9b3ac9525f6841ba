/// Lines over one axis, in panels beside each other that share it: CPU and memory against what grows. SVG on a white card, so that it reads the same
/// on light and dark pages.
package struct LineChart: Sendable {
    package struct Line: Equatable, Sendable {
        package var name: String
        package var points: [(x: Double, y: Double)]

        package init(_ name: String, _ points: [(x: Double, y: Double)]) {
            self.name = name
            self.points = points
        }

        package static func == (a: Self, b: Self) -> Bool {
            a.name == b.name && a.points.elementsEqual(b.points) { $0 == $1 }
        }
    }

    package struct Panel: Equatable, Sendable {
        /// What the vertical axis shows, with its unit.
        package var title: String
        package var lines: [Line]
        package init(_ title: String, _ lines: [Line]) {
            self.title = title
            self.lines = lines
        }
    }

    package var title: String
    /// What the horizontal axis shows, with its unit.
    package var variable: String
    package var panels: [Panel]

    package init(title: String, variable: String, panels: [Panel]) {
        (self.title, self.variable, self.panels) = (title, variable, panels)
    }

    private static let width = 760
    private static let top = 84
    private static let plotHeight = 200
    /// From the left edge of a panel to its axis: room for numbers.
    private static let margin = 52
    private static let rightMargin = 16
    private static let colours = ["#d9480f", "#1971c2", "#2f9e44", "#862e9c"]
    private static let ink = "#1f2328"
    private static let pale = "#57606a"
    private static let grid = "#e3e6ea"

    package var svg: String {
        let names = panels.first?.lines.map(\.name) ?? []
        let height = Self.top + Self.plotHeight + (names.count > 1 ? 76 : 50)
        var body: [String] = []
        for (index, panel) in panels.enumerated() {
            let panelWidth = Self.width / max(1, panels.count)
            body += drawn(panel, left: index * panelWidth + Self.margin, width: panelWidth - Self.margin - Self.rightMargin)
        }
        if names.count > 1 { body += legend(names, y: height - 14) }
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(height)" viewBox="0 0 \(Self.width) \(height)" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="12" y="28" font-size="15" font-weight="bold" fill="\(Self.ink)">\(BarChart.escaped(title))</text>
            """
        return ([head] + body + ["</svg>", ""]).joined(separator: "\n")
    }

    private func drawn(_ panel: Panel, left: Int, width: Int) -> [String] {
        let all = panels.flatMap(\.lines).flatMap(\.points)
        let across = AxisScale(upTo: all.map(\.x).max() ?? 0)
        let upwards = AxisScale(upTo: panel.lines.flatMap(\.points).map(\.y).max() ?? 0)
        let bottom = Self.top + Self.plotHeight
        func x(_ value: Double) -> Double { Double(left) + value / across.top * Double(width) }
        func y(_ value: Double) -> Double { Double(bottom) - value / upwards.top * Double(Self.plotHeight) }
        var parts = [text(left - Self.margin + 12, Self.top - 22, panel.title, weight: "bold")]
        for tick in upwards.ticks {
            let height = y(tick).fixed(1)
            parts.append("<line x1=\"\(left)\" y1=\"\(height)\" x2=\"\(left + width)\" y2=\"\(height)\" stroke=\"\(Self.grid)\"/>")
            parts.append(text(left - 6, Int(y(tick)) + 4, upwards.label(tick), anchor: "end", colour: Self.pale))
        }
        for tick in across.ticks {
            parts.append(text(Int(x(tick)), bottom + 18, across.label(tick), anchor: "middle", colour: Self.pale))
        }
        parts.append("<line x1=\"\(left)\" y1=\"\(bottom)\" x2=\"\(left + width)\" y2=\"\(bottom)\" stroke=\"\(Self.pale)\"/>")
        parts.append(text(left + width / 2, bottom + 38, variable, anchor: "middle", colour: Self.ink))
        for (index, line) in panel.lines.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let points = line.points.filter { $0.x.isFinite && $0.y.isFinite }.map { (x($0.x).fixed(1), y($0.y).fixed(1)) }
            let path = points.map { "\($0.0),\($0.1)" }.joined(separator: " ")
            parts.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            parts += points.map { "<circle cx=\"\($0.0)\" cy=\"\($0.1)\" r=\"3.5\" fill=\"\(colour)\"/>" }
        }
        return parts
    }

    private func legend(_ names: [String], y: Int) -> [String] {
        var x = Self.margin
        return names.enumerated().flatMap { index, name in
            defer { x += 40 + 7 * name.count }
            let colour = Self.colours[index % Self.colours.count]
            return [
                "<rect x=\"\(x)\" y=\"\(y - 9)\" width=\"12\" height=\"10\" fill=\"\(colour)\"/>",
                text(x + 18, y, name),
            ]
        }
    }

    private func text(
        _ x: Int, _ y: Int, _ text: String, weight: String = "normal", anchor: String = "start", colour: String = Self.ink
    ) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\" text-anchor=\"\(anchor)\" fill=\"\(colour)\">\(BarChart.escaped(text))</text>"
    }
}
