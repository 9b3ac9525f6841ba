import Testing

/// Each rule's negative control: a sample that it must flag, beside one that it must let pass.
@Suite struct RuleTests {
    private func flags(_ rule: Rule, _ path: String, _ text: String) -> [Int] { rule.broken(SourceFile(path: path, text: text)) }

    /// (path, line, is refused)
    static let imports: [(String, String, Bool)] = [
        ("Sources/RTP/A.swift", "import SFU", true), ("Sources/SFU/A.swift", "import RTP", false),
        ("Sources/SFU/A.swift", "import Control", true),
        ("Sources/Control/A.swift", "import SFU", true), ("Sources/Control/A.swift", "@testable import Signaling", true),
        ("Sources/Control/A.swift", "import RTP", true), ("Sources/Signaling/SDP/A.swift", "import Control", false),
        ("Sources/Signaling/A.swift", "import Parley", true), ("Sources/Signaling/A.swift", "import CNice", true),
        ("Sources/SFU/A.swift", "package import struct Signaling.Offer", true), ("Sources/Parley/A.swift", "import Signaling", false),
        ("Sources/SFU/A.swift", "// import Control", false), ("Sources/SFU/A.swift", "let text = \"import Control\"", false),
        ("Tests/SFUTests/A.swift", "import Control", false),
    ]

    @Test(arguments: imports) func importsPointDown(path: String, line: String, isRefused: Bool) {
        #expect(flags(ImportRules.pointDown, path, "\n" + line) == (isRefused ? [2] : []))
    }

    @Test func theMediaPlaneStaysFree() {
        #expect(flags(ImportRules.mediaPlaneStaysFree, "Sources/RTP/A.swift", "import Foundation") == [1])
        #expect(flags(ImportRules.mediaPlaneStaysFree, "Sources/RTP/A.swift", "import Glibc") == [1])
        #expect(flags(ImportRules.mediaPlaneStaysFree, "Sources/SFU/A.swift", "public import Foundation") == [1])
        #expect(flags(ImportRules.mediaPlaneStaysFree, "Sources/SFU/A.swift", "import NIOCore") == [1])
        #expect(flags(ImportRules.mediaPlaneStaysFree, "Sources/SFU/A.swift", "import Glibc\nimport RTP") == [])
        #expect(flags(ImportRules.mediaPlaneStaysFree, "Sources/Control/A.swift", "import Foundation") == [])
    }

    @Test func foundationNetworkingIsRefusedEverywhere() {
        for path in ["Sources/Control/A.swift", "Tests/SFUTests/A.swift"] {
            #expect(flags(ImportRules.noFoundationNetworking, path, "import FoundationNetworking") == [1])
            #expect(flags(ImportRules.noFoundationNetworking, path, "import Foundation") == [])
        }
    }

    @Test func packageAccessIsRefusedInRTP() {
        let rule = CodeRules.noPackageAccessInRTP
        #expect(
            flags(rule, "Sources/RTP/A.swift", "package struct A {\n    package var b = 0\n    static package let c = 1\n}") == [1, 2, 3])
        #expect(flags(rule, "Sources/RTP/A.swift", "public struct A {} // package") == [])
        #expect(flags(rule, "Sources/SFU/A.swift", "package struct A {}") == [])
    }

    @Test func statementsReadAnewAreFlaggedInTables() {
        let (table, rule) = ("Sources/Control/Store/UserTable.swift", CodeRules.statementsAreKept)
        #expect(flags(rule, table, "Row.fetchOne(\n    db, sql: \"SELECT 1\")\ntx.db.execute(sql: \"DELETE FROM users\")") == [2, 3])
        #expect(flags(rule, table, "Row.fetchOne(db.cachedStatement(sql: \"SELECT 1\"))") == [])
        #expect(flags(rule, "Sources/Control/Store/Migrations.swift", "db.execute(sql: \"CREATE TABLE a (b)\")") == [])
    }

    @Test func whatIsLeftToDoIsFlaggedInCommentsToo() {
        for word in ["TODO", "FIXME", "XXX"] {
            #expect(flags(CodeRules.nothingLeftToDo, "Sources/SFU/A.swift", "let a = 1 // \(word): later") == [1])
        }
        #expect(flags(CodeRules.nothingLeftToDo, "Sources/SFU/A.swift", "let todoList = 1 // XXXL") == [])
    }

    @Test func trapsAreFlaggedInCodeOnly() {
        for code in ["try! open()", "value as! Int", "fatalError(\"no\")"] {
            #expect(flags(CodeRules.noTrapsByConvenience, "Sources/SFU/A.swift", "let a = 1\n" + code) == [2])
        }
        #expect(
            flags(CodeRules.noTrapsByConvenience, "Sources/SFU/A.swift", "/// never try! here\nlet a = \"as! \\(f(\"fatalError(\"))\"")
                == [])
        #expect(flags(CodeRules.noTrapsByConvenience, "Sources/SFU/A.swift", "let a = try? b as? Int") == [])
    }

    @Test func sleepsAreFlagged() {
        for code in ["try await Task.sleep(for: .seconds(1))", "Thread.sleep(forTimeInterval: 1)", "usleep(10)", "clock.sleep(until: end)"]
        {
            #expect(flags(CodeRules.noSleepsInTests, "Tests/SFUTests/A.swift", code) == [1])
        }
        #expect(flags(CodeRules.noSleepsInTests, "Tests/SFUTests/A.swift", "let asleep = sleepless() // sleep(1)") == [])
        #expect(flags(CodeRules.noSleepsInTests, "Tests/SignalingTests/Support/LiveServer.swift", "Task.sleep(for: step)") == [])
    }

    @Test func pathsOfOneMachineAreFlagged() {
        for line in ["open(\"/tmp/x\")", "/home/someone/parley", "see /root", "cd '/work/main'", "path=/Users/me"] {
            #expect(flags(CodeRules.noAbsolutePaths, "Sources/SFU/A.swift", line) == [1], "\(line)")
        }
        for line in [
            "import './home.js'", "href=\"/style/home.css\"", "web/js/ui/home.js", "/workers", "https://example.org/home", "${TMPDIR}/tmp/",
        ] {
            #expect(flags(CodeRules.noAbsolutePaths, "Sources/SFU/A.swift", line) == [], "\(line)")
        }
    }

    @Test func longFilesAreFlagged() {
        let line = "let a = 1\n"
        #expect(flags(CodeRules.noLongFiles, "Sources/SFU/A.swift", String(repeating: line, count: 450)) == [])
        #expect(flags(CodeRules.noLongFiles, "Sources/SFU/A.swift", String(repeating: line, count: 451)) == [451])
    }

    @Test func clocksAreFlaggedOutsideTheWorker() {
        let code = "let now = ContinuousClock().now"
        #expect(flags(CodeRules.onlyTheWorkerReadsAClock, "Sources/SFU/Room/A.swift", code) == [1])
        #expect(flags(CodeRules.onlyTheWorkerReadsAClock, "Sources/SFU/Room/A.swift", "clock_gettime(CLOCK_MONOTONIC, &time)") == [1])
        #expect(flags(CodeRules.onlyTheWorkerReadsAClock, "Sources/SFU/Worker/A.swift", code) == [])
        #expect(flags(CodeRules.onlyTheWorkerReadsAClock, "Sources/Control/A.swift", code) == [])
    }

    @Test func untestedFilesAreFlagged() {
        func violations(_ sources: [String], _ tests: [String], _ elsewhere: [String: String]) -> Int {
            TestCoverageRule.violations(sources: sources, tests: tests, testedElsewhere: elsewhere).count
        }
        #expect(violations(["A", "B"], ["ATests"], ["B": "ATests"]) == 0)
        #expect(violations(["A", "B"], ["ATests"], [:]) == 1)
        #expect(violations(["A", "B"], ["ATests"], ["B": "CTests"]) == 1)
        #expect(violations(["A"], ["ATests"], ["B": "ATests"]) == 1)
        #expect(violations(["A"], ["ATests"], ["A": "ATests"]) == 1)
    }

    @Test func codeIsSeenWithoutStringsAndComments() {
        let text = """
            let a = "x // y" + b // c
            /* d /* e */ f */ g
            let h = \"""
                i "j" k
                \""" + l
            let m = #"n "o" \\(p)"# + "q\\"r" + s
            """
        let words = CodeView.strip(text).split(whereSeparator: { !$0.isLetter }).joined(separator: " ")
        #expect(words == "let a b g let h l let m s")
    }
}
