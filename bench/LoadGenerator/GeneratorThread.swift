import CLinux
import Glibc

/// A thread of the bench, by a name that the machine's tools show.
package struct GeneratorThread {
    private var thread = pthread_t()

    package init() {}

    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// What `run` holds lives until it returns.
    package mutating func start(_ name: String, _ run: @escaping () -> Void) {
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(Work(run)).toOpaque())
        parley_name_thread(thread, name)
    }

    /// Waits until `run` has returned.
    package func join() { pthread_join(thread, nil) }
}
