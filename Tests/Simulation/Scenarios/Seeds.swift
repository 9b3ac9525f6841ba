/// Every scenario, and the seeds that are run on every change. A seed that once found a bug stays, with what it found.
package enum Seeds {
    package struct Fixed: Sendable {
        package var scenario: String
        package var seed: UInt64
        /// What this seed found; empty for those that were there from the start.
        package var found: String
        package init(_ scenario: String, _ seed: UInt64, found: String = "") {
            self.scenario = scenario
            self.seed = seed
            self.found = found
        }
    }

    package static let scenarios =
        AudioScenarios.all + VideoScenarios.all + ChangeScenarios.all + NetworkScenarios.all + IsolationScenarios.all

    /// Two seeds of every scenario, and those that found something.
    package static let fixed: [Fixed] = scenarios.flatMap { [Fixed($0.name, 1), Fixed($0.name, 2)] } + found

    private static let found: [Fixed] = []

    package static func scenario(named name: String) -> Scenario? {
        scenarios.first { $0.name == name }
    }
}
