import CLinux
import Glibc

/// A thread of the generator, by a name that the machine's tools show.
struct GeneratorThread {
    private var thread = pthread_t()

    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// What `run` holds lives until it returns.
    mutating func start(_ name: String, _ run: @escaping () -> Void) {
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
    func join() { pthread_join(thread, nil) }
}
