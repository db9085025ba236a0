// swift-tools-version: 6.2
import PackageDescription

// One module per idea; arrows point downwards only (see docs/ARCHITECTURE.md).
#if os(Linux)
let linearAlgebra: [Target.Dependency] = ["COpenBLAS"]
#else
let linearAlgebra: [Target.Dependency] = []
#endif

// The plugin that `make docs` runs: its tools are not built with the tests.
let documentation: [Package.Dependency] =
    Context.environment["TERN_DOCUMENTATION"] == nil
    ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let package = Package(
    name: "tern",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Tern", targets: ["Tern"]),
        .library(name: "TernPlot", targets: ["TernPlot"]),
        .library(name: "TernReport", targets: ["TernReport"]),
        .library(name: "TernExperiment", targets: ["TernExperiment"]),
        .library(name: "TernKeras", targets: ["TernKeras"]),
        .executable(name: "tern", targets: ["TernCommand"]),
        // What `make lib` makes libtern of.
        .library(name: "LibTern", type: .dynamic, targets: ["LibTern"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
    ] + documentation,
    targets: [
        .target(
            name: "CTernKernels",
            linkerSettings: [
                .linkedLibrary("m", .when(platforms: [.linux])),
                .linkedLibrary("mvec", .when(platforms: [.linux])),
            ]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CBlosc", pkgConfig: "blosc", providers: [.apt(["libblosc-dev"])]),
        .systemLibrary(name: "CNetCDF", pkgConfig: "netcdf", providers: [.apt(["libnetcdf-dev"])]),
        .target(
            name: "TernCore",
            dependencies: ["CTernKernels", "TernNumbers"] + linearAlgebra,
            linkerSettings: [.linkedFramework("Accelerate", .when(platforms: [.macOS]))]),
        .target(name: "TernNN", dependencies: ["TernCore", "TernText"]),
        .target(name: "TernLearn", dependencies: ["TernCore", "TernNN", "TernText"]),
        .target(name: "TernNumbers"),
        .target(name: "TernText"),
        .target(name: "TernFiles", dependencies: ["TernText"]),
        .target(
            name: "TernData",
            dependencies: ["TernCore", "TernFiles", "TernText", "CZlib", "CDeflate", "CZstd", "CBlosc", "CNetCDF"]),
        .target(
            name: "TernPlot", dependencies: ["TernFiles", "TernNumbers", "TernText"],
            resources: [.embedInCode("Resources/coastlines.txt")]),
        .target(
            name: "TernReport", dependencies: ["TernFiles", "TernNumbers", "TernPlot", "TernText"],
            resources: [
                .embedInCode("Resources/page.css"), .embedInCode("Resources/page.js"),
                .embedInCode("Resources/math.woff2"),
            ]),
        .target(
            name: "Tern",
            dependencies: [
                "TernCore", "TernNN", "TernLearn", "TernData", "TernFiles", "TernPlot", "TernReport", "TernText",
            ]),
        .target(
            name: "TernExperiment",
            dependencies: ["Tern", "TernFiles", "TernText", .product(name: "Yams", package: "Yams")]),
        // The door for other languages: tern.h, and what stands behind it.
        .target(name: "CTern"),
        .target(name: "LibTern", dependencies: ["CTern", "Tern", "TernExperiment", "TernKeras", "TernText"]),
        .target(name: "TernKeras", dependencies: ["Tern", "TernText"]),
        // The folder of the lecture's sections, embedded as text, so that the page shows the code that was run.
        .target(
            name: "LectureSource",
            resources: [
                "Neuron", "Activation", "Regression", "Overfitting", "Descent", "Optimisation", "Convolution",
                "Precipitation", "Emulator",
            ].map { .embedInCode("Sections/\($0)Chapter.swift") }),
        .target(
            name: "TernLecture", dependencies: ["Tern", "TernCore", "TernNumbers", "LectureSource"],
            resources: [.embedInCode("Resources/sea_surface.txt")]),
        // The files of the page are named here and in StudioFiles.
        .target(
            name: "TernStudio",
            dependencies: [
                "Tern", "TernCore", "TernData", "TernExperiment", "TernFiles", "TernLecture", "TernNN", "TernNumbers",
                "TernPlot", "TernReport", "TernText",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ],
            resources: [
                "studio.html", "studio.css", "shell.js", "socket.js", "plot.js", "surface.js", "controls.js",
                "descent.js", "descent-guide.js",
                "network.js", "network-guide.js", "network-controls.js", "network-points.js", "network-picture.js",
                "convolution.js", "convolution-drawing.js", "convolution-guide.js", "network-looks.js",
                "gradients.js", "gradients-guide.js",
                "recorded.js", "runs.js", "runs-guide.js", "runs-explore.js",
            ].map { .embedInCode("Resources/\($0)") }),
        .executableTarget(
            name: "TernCommand",
            dependencies: [
                "Tern", "TernData", "TernLecture", "TernExperiment", "TernFiles", "TernKeras", "TernStudio", "TernText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [
                .embedInCode("Resources/peers.py"), .embedInCode("Resources/peers_networks.py"),
                .embedInCode("Resources/peers_tables.py"),
                .embedInCode("Resources/peers_torch.py"), .embedInCode("Resources/peers_jax.py"),
                .embedInCode("Resources/peers_keras.py"), .embedInCode("Resources/peers_mlx.py"),
                .embedInCode("Resources/peers_onnx.py"), .embedInCode("Resources/peers_layers.py"),
                .embedInCode("Resources/peers_fields.py"), .embedInCode("Resources/peers_tern.py"),
            ]),
        .executableTarget(name: "differential", dependencies: ["TernCore", "TestSupport"], path: "Tests/Differential"),
        .executableTarget(
            name: "damage",
            dependencies: [
                "Tern", "TernCore", "TernExperiment", "TernKeras", "TernPlot", "TernReport", "TernText", "TestSupport",
            ], path: "Tests/Damage"),
        .executableTarget(name: "soak", dependencies: ["Tern"], path: "Tests/Soak"),
        .executableTarget(name: "readme", dependencies: ["Tern"], path: "Tests/Readme"),
        // The programs of the articles in Sources/Tern/Tern.docc, and the examples of all comments.
        .executableTarget(name: "articles", dependencies: ["Tern", "TernExperiment"], path: "Tests/Articles"),
        .executableTarget(
            name: "examples", dependencies: ["Tern", "TernExperiment", "TernKeras"], path: "Tests/Examples",
            exclude: ["Given.swift"]),
        .target(name: "TestSupport", dependencies: ["TernCore", "TernPlot", "TernText"], path: "Tests/TestSupport"),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(name: "TernTextTests", dependencies: ["TernText", "TestSupport"]),
        .testTarget(
            name: "TernCoreTests", dependencies: ["TernCore", "CTernKernels", "TestSupport", "differential"]),
        .testTarget(name: "TernNNTests", dependencies: ["TernCore", "TernNN", "TestSupport", "AllocationCounter"]),
        .testTarget(name: "TernLearnTests", dependencies: ["TernCore", "TernLearn", "TernNN", "TestSupport"]),
        .testTarget(
            name: "TernDataTests", dependencies: ["TernCore", "TernData", "TernFiles", "TernText", "TestSupport"]),
        .testTarget(name: "TernTests", dependencies: ["Tern", "TestSupport"]),
        .testTarget(name: "TernPlotTests", dependencies: ["TernPlot", "TernText", "TestSupport"]),
        .testTarget(
            name: "TernReportTests",
            dependencies: ["TernReport", "TernFiles", "TernPlot", "TernText", "TestSupport"]),
        .testTarget(
            name: "LibTernTests",
            dependencies: [
                "LibTern", "CTern", "Tern", "TernExperiment", "TernText", "TestSupport", "AllocationCounter",
            ]),
        .testTarget(
            name: "TernStudioTests",
            dependencies: [
                "TernStudio", "Tern", "TernExperiment", "TernLecture", "TernText", "TestSupport",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),
        .testTarget(name: "TernKerasTests", dependencies: ["TernKeras", "Tern", "TestSupport"]),
        .testTarget(name: "TernExperimentTests", dependencies: ["TernExperiment", "Tern", "TestSupport"]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "Tern", "TernExperiment", "TestSupport", "articles", "examples",
                .product(name: "Yams", package: "Yams"),
            ]),
        .testTarget(
            name: "TernCommandTests",
            dependencies: ["TernCommand", "Tern", "TernPlot", "TernText", "TestSupport", "damage", "readme", "soak"]),
    ],
    swiftLanguageModes: [.v6]
)

// Tests are compiled as they stand: to optimise them takes longer than they run.
let programsOfTests = ["articles", "examples", "readme"]
for target in package.targets where target.type == .test || programsOfTests.contains(target.name) {
    target.swiftSettings = [.unsafeFlags(["-Onone"])]
}
