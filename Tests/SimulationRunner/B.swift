import Simulation
@main struct R { static func main() {} }
