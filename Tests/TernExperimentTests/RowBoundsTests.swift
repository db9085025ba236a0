import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// Bounds of latitudes go with fields from files to losses, scores and predictions.
struct RowBoundsTests {
    let folder = TemporaryFolder()
    /// Rows of very different heights around latitudes in equal steps.
    private static let latitudes = [-60.0, 0, 60], bounds = [-90.0, -31, -31, 50, 50, 90]
    private static let heights = [height(-90, -31), height(-31, 50), height(50, 90)]

    private static func height(_ south: Double, _ north: Double) -> Double {
        sin(north * .pi / 180) - sin(south * .pi / 180)
    }

    private func write(_ bounds: [Double]?, _ latitudes: [Double] = latitudes) throws -> String {
        let sample = 60
        var random = RandomState(seed: 3)
        let path = folder.path("a.nc")
        try ClassicNetCDF(
            dimensions: [("time", sample), ("lat", 3), ("lon", 4), ("bnds", 2)],
            [
                .init("time", ["time"], .doubles((0..<sample).map { 1900 + Double($0) })),
                .init(
                    "lat", ["lat"], .doubles(latitudes),
                    [("units", .text("degrees_north"))] + (bounds == nil ? [] : [("bounds", .text("lat_bnds"))])),
                .init("lat_bnds", ["lat", "bnds"], .doubles(bounds ?? Self.bounds)),
                .init("lon", ["lon"], .doubles([0, 90, 180, 270]), [("units", .text("degrees_east"))]),
                .init("t", ["time", "lat", "lon"], .doubles(random.standardNormal(count: sample * 12))),
            ]
        ).write(to: path)
        return path
    }

    private func experiment(_ path: String, _ target: String = "t", input: String = "t") throws -> Experiment {
        try Experiment(
            yaml: """
                name: tiny
                data: {files: {f: "\(path)"}, inputs: [\(input)], targets: [\(target)]}
                split: {by: period, training: [1900, 1939], validation: [1940, 1949], test: [1950, 1959]}
                model: {name: linear}
                training: {epochs: 2, batch_size: 16, area_weighted: true}
                baseline: {components: 3, alphas: [0.1]}
                output: {figures: false}
                """)
    }

    @Test func scoresAndPredictionsHaveTheRowsOfTheFile() throws {
        let run = try experiment(write(Self.bounds)).run(into: folder.path("run"))
        let predictions = try Dataset(contentsOf: folder.path("run/predictions.nc"))
        let truth = try predictions.field("t"), prediction = try predictions.field("t_predicted")
        #expect(prediction.coordinate("lat")?.bounds == [-90 ... -31, -31...50, 50...90])
        let squares = zip(truth.values.doubles, prediction.values.doubles).map { ($0 - $1) * ($0 - $1) }
        let sums = squares.indices.reduce((0.0, 0.0)) { sum, i in
            let height = Self.heights[i / 4 % 3]
            return (sum.0 + height * squares[i], sum.1 + height)
        }
        let score = try #require(run.scores["network", .areaWeightedRMSE])
        #expect(abs(score - (sums.0 / sums.1).squareRoot()) < 1e-5)
        // A run that is opened again knows them still.
        #expect(try Run(contentsOf: folder.path("run")).preprocessing.targetGrid?.latitudeBounds?.first == -90 ... -31)
    }

    @Test func theLossCountsRowsByTheirBounds() {
        let t = Tensor.zeros([1, 3, 1, 1], dtype: .float64), p = Tensor([1.0, 2, 3], shape: [1, 3, 1, 1])
        var training = TrainingConfiguration()
        training.areaWeighted = true
        let loss = training.makeLoss(latitudes: Self.latitudes, bounds: [-90 ... -31, -31...50, 50...90])
        let expected = (Self.heights[0] + 4 * Self.heights[1] + 9 * Self.heights[2]) / 2
        #expect(abs(loss(t, p).item - expected) < 1e-12)
    }

    @Test func meansOverLatitudesGoByBounds() throws {
        let path = try write(Self.bounds)
        var data = DataConfiguration(
            files: ["f": path], inputs: [VariableConfiguration(variable: "t")],
            targets: [VariableConfiguration(variable: "t")])
        (data.targets[0].mean, data.targets[0].scale) = (["lat", "lon"], .none)
        let stream = try ExperimentStream(data, split: SampleFields.periods(1900...1939, 1940...1949, 1950...1959))
        let values = try Dataset(contentsOf: path).field("t", at: ["time": 0..<1]).values.doubles
        let expected = values.indices.reduce(0) { $0 + Self.heights[$1 / 4] * values[$1] } / 8
        let found = try stream.training.chunk(0).targets.doubles[0]
        #expect(abs(found - expected) < 1e-6)
    }

    @Test(
        "Bounds that cannot be used are told",
        arguments: [
            ([-90.0, -31, -31, 50, 50, 91], "those of the row at 60.0, 50.0 to 91.0, lie beyond the pole"),
            ([50.0, 90, -31, 50, -90, -31], "those of the row at -60.0, 50.0 to 90.0, do not hold it"),
            ([-90.0, -31, -50, 50, 50, 90], "those of the rows at -60.0 and 0.0 overlap"),
            ([-90.0, .nan, -31, 50, 50, 90], "for \"lat_bnds\" is missing or has no two numbers for each row"),
        ])
    func unusable(_ bounds: [Double], _ reason: String) throws {
        let path = try write(bounds)
        let data = DataConfiguration(
            files: ["f": path], inputs: [VariableConfiguration(variable: "t")],
            targets: [VariableConfiguration(variable: "t")])
        let notes = try ExperimentStream(data, split: SampleFields.periods(1900...1939, 1940...1949, 1950...1959)).notes
        #expect(
            notes == [
                "the bounds of \"lat\" cannot be used, \(reason); cells are taken to end half-way between the latitudes"
            ], "\(notes)")
        #expect(try Dataset(contentsOf: path).field("t").coordinate("lat")?.bounds == nil)
    }

    @Test func aRowThatRoundingCountedBeyondThePoleIsAtThePole() throws {
        // The last of np.arange(-90, 90.1, 0.2).
        let run = try experiment(write(nil, [-90, 0, 90.00000000000256])).run(into: folder.path("run"))
        #expect(try #require(run.scores["network", .areaWeightedRMSE]).isFinite)
    }

    @Test(
        "Numbers that are no latitudes are refused, wherever areas go by them",
        arguments: [
            "t", "{variable: t, mean: [lat, lon]}", "{variable: t, mean: [lon], dimensions: {lat: cells}}",
            "{variable: t, regrid: 45}",
        ])
    func noLatitudes(_ variable: String) throws {
        let path = try write(nil, [10, 90, 170]), experiment = try experiment(path, variable, input: variable)
        #expect(
            message { try experiment.run(into: folder.path("run")) }
                == "\(path): variable \"t\": the rows along \"lat\" have no areas: 170.0 is no latitude in degrees, which lie between -90 and 90; "
                + "correct the numbers of \"lat\", or its name and attributes if it is no latitude")
    }
}
