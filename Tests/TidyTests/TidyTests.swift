import Testing

/// The house rules, asked of the whole tree. `RuleTests` shows that each rule can say no.
@Suite struct TidyTests {
    // Read once for all tests; every test makes its own suite.
    private static let allSources = SourceTree.files(in: "Sources")
    private static let allTests = SourceTree.files(in: "Tests")
    private var sources: [SourceFile] { Self.allSources }
    private var tests: [SourceFile] { Self.allTests }

    @Test func theTreeIsThere() {
        #expect(sources.count > 50 && tests.count > 50)
    }

    @Test func importsPointDown() {
        #expect(ImportRules.pointDown.violations(in: sources) == [])
        #expect(ImportRules.mediaPlaneStaysFree.violations(in: sources) == [])
        #expect(ImportRules.noFoundationNetworking.violations(in: sources + tests) == [])
    }

    @Test func everyHouseModuleIsKnown() {
        #expect(Set(sources.compactMap(\.module)).subtracting(ImportRules.below.keys) == [])
        let others = SourceTree.files(in: "Sources", endings: ["c", "h", "modulemap"])
        #expect(Set(others.compactMap(\.module)).subtracting(ImportRules.house) == [])
    }

    @Test func rtpIsPublic() {
        #expect(CodeRules.noPackageAccessInRTP.violations(in: sources) == [])
    }

    @Test func nothingIsLeftToDo() {
        #expect(
            CodeRules.nothingLeftToDo.violations(in: SourceTree.files(in: "Sources", endings: ["swift", "c", "h", "js", "css", "html"]))
                == [])
    }

    @Test func nothingTrapsByConvenience() {
        #expect(CodeRules.noTrapsByConvenience.violations(in: sources) == [])
    }

    @Test func testsDoNotSleep() {
        #expect(CodeRules.noSleepsInTests.violations(in: tests) == [])
        let paths = Set(tests.map(\.path))
        #expect(CodeRules.pollingSupport.subtracting(paths) == [], "an exception for a file that is gone")
    }

    @Test func noPathOfOneMachine() {
        let endings: Set = ["swift", "c", "h", "js", "css", "html", "py", "sh", "yml", "yaml", "hex", "sdp", "md"]
        let files = ["Sources", "Tests", "bench", "scripts", "docs"].flatMap { SourceTree.files(in: $0, endings: endings) }
        #expect(CodeRules.noAbsolutePaths.violations(in: files.filter { !$0.path.hasPrefix("Tests/TidyTests/") }) == [])
    }

    @Test func filesStaySmall() {
        #expect(CodeRules.noLongFiles.violations(in: SourceTree.files(in: "Sources", endings: ["swift", "c", "h", "js", "css"])) == [])
    }

    @Test func onlyTheWorkerReadsAClock() {
        #expect(CodeRules.onlyTheWorkerReadsAClock.violations(in: sources) == [])
    }

    @Test func statementsAreKept() {
        #expect(CodeRules.statementsAreKept.violations(in: sources) == [])
    }

    @Test func everyFileOfRTPIsTested() {
        #expect(
            TestCoverageRule.violations(
                sources: names(sources, below: "Sources/RTP/"), tests: names(tests, below: "Tests/RTPTests/"),
                testedElsewhere: TestCoverageRule.testedElsewhere) == [])
    }

    private func names(_ files: [SourceFile], below folder: String) -> [String] {
        files.filter { $0.path.hasPrefix(folder) }.compactMap {
            $0.path.split(separator: "/").last?.split(separator: ".").first.map(String.init)
        }
    }
}
