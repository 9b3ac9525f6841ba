/// bench/results/storm.json: everybody joins at once, at steady rates, whether the server keeps up or not.
package struct StormResults: Codable, Sendable {
    /// One storm.
    package struct Row: Codable, Equatable, Sendable {
        package var roomSize: Int
        package var rooms: Int
        /// Joins a second that were asked for.
        package var rate: Int
        package var joins = 0
        package var failures = 0
        /// From the first click to the last connection.
        package var seconds = 0.0
        /// From the moment when each join was due.
        package var readyMilliseconds = Quantiles()
        package var connectedMilliseconds = Quantiles()
        /// To the first packet of somebody who was in the room already and spoke.
        package var heardMilliseconds = Quantiles()
        package var serverCPU = 0.0
        /// Of it, the media threads'.
        package var mediaCPU = 0.0
        package var serverMicrosecondsPerJoin = 0.0
        package var generatorCPU = 0.0
        package var packetsPerSecondOut = 0.0
        package var residentKiB = 0
        package var loadAverage = 0.0

        package init(roomSize: Int, rooms: Int, rate: Int) {
            (self.roomSize, self.rooms, self.rate) = (roomSize, rooms, rate)
        }

        /// The generator shares nothing with the server but the machine; where it is at its limit, delays are partly its own.
        package var isGeneratorBound: Bool { generatorCPU > 0.9 }
    }

    package var machine: Machine
    package var command: String
    package var server: String
    package var people: Int
    package var speaking: Int
    package var offer: String
    package var rows: [Row] = []
    package var problems: [String: Int] = [:]

    package init(machine: Machine, command: String, server: String, people: Int, speaking: Int, offer: String) {
        (self.machine, self.command, self.server, self.people) = (machine, command, server, people)
        (self.speaking, self.offer) = (speaking, offer)
    }
}
