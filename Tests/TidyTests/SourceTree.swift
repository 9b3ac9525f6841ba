import Foundation

/// One text file of the repository.
struct SourceFile: Sendable {
    /// From the repository's root, such as "Sources/RTP/Numbers/SSRC.swift".
    var path: String
    var text: String
    /// The lines as they stand.
    var lines: [Substring]
    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The lines with strings and comments blanked out. Only Swift is read so.
    func codeLines() -> [Substring] {
        path.hasSuffix(".swift") ? CodeView.strip(text).split(separator: "\n", omittingEmptySubsequences: false) : lines
    }

    /// The module, for a file below Sources.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }
}

/// The repository that this test was compiled from, found by walking up from this file.
enum SourceTree {
    static let root: URL = {
        var folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// The files below `folder` with one of these endings, by path. Hidden folders, build products and installed packages are no source.
    static func files(in folder: String, endings: Set<String> = ["swift"]) -> [SourceFile] {
        guard
            let walk = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        else { return [] }
        var files: [SourceFile] = []
        for case let url as URL in walk {
            if ["node_modules", "__pycache__"].contains(url.lastPathComponent) { walk.skipDescendants() }
            guard endings.contains(url.pathExtension), let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            files.append(SourceFile(path: String(url.path.dropFirst(root.path.count + 1)), text: text))
        }
        return files.sorted { $0.path < $1.path }
    }
}
