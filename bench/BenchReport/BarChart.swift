/// Horizontal bars in groups, as SVG: one group a load, one bar a server. Shorter is better, or longer, as the title says.
package struct BarChart: Sendable {
    package struct Bar: Equatable, Sendable {
        package var name: String
        package var value: Double
        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    package struct Group: Equatable, Sendable {
        package var label: String
        package var bars: [Bar]
        package init(_ label: String, _ bars: [Bar]) {
            self.label = label
            self.bars = bars
        }
    }

    package var title: String
    package var groups: [Group]
    /// Digits after the point in the labels.
    package var digits: Int

    package init(title: String, groups: [Group], digits: Int = 2) {
        self.title = title
        self.groups = groups
        self.digits = digits
    }

    private static let width = 760
    private static let left = 90
    private static let bar = 18
    private static let gap = 26
    private static let head = 56
    private static let longest = 540.0

    package var svg: String {
        let top = groups.flatMap(\.bars).map(\.value).filter(\.isFinite).max() ?? 0
        var y = Self.head
        var body: [String] = []
        for group in groups {
            body.append(Self.text(12, y + 13, group.label, weight: "bold"))
            for bar in group.bars {
                let length = top > 0 && bar.value.isFinite ? max(1, bar.value / top * Self.longest) : 1
                body.append(
                    "<rect x=\"\(Self.left)\" y=\"\(y)\" width=\"\(length.fixed(1))\" height=\"\(Self.bar - 3)\" fill=\"\(Self.colour(bar.name))\"/>"
                )
                body.append(Self.text(Self.left + Int(length) + 6, y + 12, "\(bar.name) \(bar.value.fixed(digits))"))
                y += Self.bar
            }
            y += Self.gap - Self.bar / 2
        }
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(y)" viewBox="0 0 \(Self.width) \(y)" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="12" y="28" font-size="15" font-weight="bold" fill="#1f2328">\(Self.escaped(title))</text>
            """
        return ([head] + body + ["</svg>", ""]).joined(separator: "\n")
    }

    private static func text(_ x: Int, _ y: Int, _ text: String, weight: String = "normal") -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\" fill=\"#1f2328\">\(escaped(text))</text>"
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    /// Ours stands out; the bare loop is grey.
    private static func colour(_ name: String) -> String {
        let name = name.lowercased()
        if name.hasPrefix("parley") { return "#d9480f" }
        if name.hasPrefix("limit") { return "#adb5bd" }
        return name.hasPrefix("janus") ? "#1971c2" : "#2f9e44"
    }
}
