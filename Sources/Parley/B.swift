import ArgumentParser
import Configuration
import HummingbirdTLS
import ServiceLifecycle
@main struct ParleyCommand: AsyncParsableCommand { func run() async throws {} }
