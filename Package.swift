// swift-tools-version: 6.2
import PackageDescription

// Parley: one SFU and chat server. docs/architecture.md explains the modules and why they depend on each other this way.

/// Every target of ours: a warning stops the build.
let house: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The packet path. Dynamic exclusivity checks cost about 40 ns a packet on class state (docs/architecture.md), so they are off in
/// release builds of these modules and stay on in debug, where the tests run.
let packetPath: [SwiftSetting] =
    house + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

/// The toolchain's lld in place of gold, relative relocations packed (glibc 2.36, which is Debian 12's, reads them), and no table of exported
/// symbols: nobody loads the server as a library. Idle, 11 MB less of the file is in memory.
let compactLink: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic"],
        .when(platforms: [.linux], configuration: .release))
]

let package = Package(
    name: "parley",
    products: [
        .executable(name: "parley", targets: ["Parley"]),
        .executable(name: "parley-bench", targets: ["ParleyBench"]),
        .executable(name: "parley-microbench", targets: ["MicroBench"]),
        .executable(name: "parley-sim", targets: ["SimulationRunner"]),
    ],
    traits: [
        .trait(name: "Simulation", description: "Seeded SRTP keys in place of DTLS, for simulated rooms. Never in the shipped binary.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // System libraries: a module map and a shim header each. One Swift type owns each C handle.
        .systemLibrary(name: "CNice", pkgConfig: "nice", providers: [.apt(["libnice-dev"])]),
        .systemLibrary(name: "CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        .systemLibrary(name: "CVPX", pkgConfig: "vpx", providers: [.apt(["libvpx-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),

        // Our own C: what Swift cannot import, and what must inline.
        .target(name: "CLinux"),
        .systemLibrary(name: "CPrefetch"),
        .target(
            name: "CSRTPOpenSSL", dependencies: ["CSRTP", "COpenSSL"],
            cSettings: [.unsafeFlags(["-Wno-deprecated-declarations"])]),
        .target(name: "COpenAPI", exclude: ["openapi.yaml"], cSettings: [.unsafeFlags(["-std=gnu23"])]),
        .target(name: "CWeb", exclude: ["web"], cSettings: [.unsafeFlags(["-std=gnu23"])]),

        .target(name: "RTP", swiftSettings: packetPath),
        .target(
            name: "SFU", dependencies: ["RTP", "CNice", "CSRTP", "COpenSSL", "CLinux", "CPrefetch", "CSRTPOpenSSL"],
            swiftSettings: packetPath),
        .target(
            name: "Control",
            dependencies: [
                "CArgon2", "COpenAPI",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: house),
        .target(
            name: "Signaling",
            dependencies: [
                "RTP", "SFU", "Control",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: house),
        .executableTarget(
            name: "Parley",
            dependencies: [
                "SFU", "Signaling", "Control", "CWeb",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: house, linkerSettings: compactLink),

        .testTarget(name: "RTPTests", dependencies: ["RTP"], swiftSettings: house),
        .testTarget(
            name: "SFUTests", dependencies: ["SFU", "RTP", "Simulation", "CNice", "COpenSSL", "CSRTP", "CSRTPOpenSSL", "CLinux"],
            swiftSettings: house),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "Control",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "SignalingTests",
            dependencies: [
                "Signaling", "Control", "SFU", "RTP",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: house),
        .testTarget(name: "TidyTests", swiftSettings: house),
        .target(
            name: "Simulation", dependencies: ["SFU", "RTP", "CNice", "COpenSSL", "COpus", "CSRTP", "CVPX"], path: "Tests/Simulation",
            swiftSettings: house),
        .executableTarget(name: "SimulationRunner", dependencies: ["Simulation"], path: "Tests/SimulationRunner", swiftSettings: house),
        .target(name: "CBench", path: "bench/CBench"),
        .target(
            name: "LoadGenerator", dependencies: ["SFU", "RTP", "CNice", "COpenSSL", "CLinux", "CBench"], path: "bench/LoadGenerator",
            swiftSettings: packetPath),
        .testTarget(
            name: "LoadGeneratorTests", dependencies: ["LoadGenerator", "RTP"], path: "bench/LoadGeneratorTests", swiftSettings: house),
        .target(name: "BenchReport", path: "bench/BenchReport", swiftSettings: house),
        .testTarget(
            name: "BenchReportTests", dependencies: ["BenchReport"], path: "bench/BenchReportTests", swiftSettings: house),
        .target(name: "BenchRatios", path: "bench/BenchRatios", swiftSettings: packetPath),
        // Links to files of SFU that are internal there, to be measured alone; built as SFU is.
        .target(name: "PacketPathParts", dependencies: ["RTP", "CPrefetch"], path: "bench/PacketPathParts", swiftSettings: packetPath),
        .executableTarget(
            name: "MicroBench",
            dependencies: [
                "BenchRatios", "PacketPathParts", "LoadGenerator", "CBench", "RTP", "SFU", "Signaling", "Control",
                .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "bench/MicroBench", swiftSettings: packetPath),
        .testTarget(name: "MicroBenchTests", dependencies: ["BenchRatios"], path: "bench/MicroBenchTests", swiftSettings: house),
        .executableTarget(
            name: "ParleyBench",
            dependencies: ["LoadGenerator", "BenchReport", "CBench", "Simulation", "SFU", "RTP", "COpenSSL", "CLinux"],
            path: "bench/ParleyBench", swiftSettings: house),
    ]
)
