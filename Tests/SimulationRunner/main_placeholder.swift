import Simulation

@main struct Runner {
    static func main() {}
}
