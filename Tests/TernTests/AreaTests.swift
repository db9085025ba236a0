import Foundation
import Tern
import TestSupport
import Testing

/// Losses, scores, layers and means weigh rows of cells by one rule.
@Suite struct AreaTests {
    /// 19 rows with both poles, 10 degrees apart.
    private static let latitudes = (0..<19).map { -90 + 10 * Double($0) }
    /// The shares of the globe's area.
    private static let shares = latitudes.map { latitude -> Double in
        let south = max(-90, latitude - 5), north = min(90, latitude + 5)
        return (sin(north * .pi / 180) - sin(south * .pi / 180)) / 2
    }

    private static func map(_ seed: UInt32) -> Tensor {
        var random = RandomState(seed: seed)
        return Tensor(random.standardNormal(count: 19 * 4), shape: [19, 4])
    }

    private static func mean(_ map: Tensor) -> Double {
        zip(map.mean(axis: 1).doubles, shares).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test func aLossAndItsScoreAgreeToThePoles() throws {
        let truth = Self.map(1), prediction = Self.map(2), expected = Self.mean(square(truth - prediction))
        let loss = Loss.meanSquaredError.weighted(byLatitude: Self.latitudes, axis: 1)
        let shape = [1, 19, 4, 1]
        let found = loss(truth.reshaped(shape), prediction.reshaped(shape)).item
        let score = areaWeightedRootMeanSquaredError(truth, prediction, latitudes: Self.latitudes)
        #expect(
            abs(found - expected) < 1e-12 && abs(score * score - expected) < 1e-12,
            "\(found), \(score * score), \(expected)")
    }

    @Test func meansOfFieldsAndLayersAreThoseOfTheGlobe() throws {
        let map = Self.map(3), expected = Self.mean(map)
        let field = Field(
            "t", map, dimensions: ["lat", "lon"],
            coordinates: [
                Coordinate("lat", numbers: Self.latitudes, attributes: ["units": "degrees_north"]),
                Coordinate("lon", numbers: [180, 270, 0, 90], attributes: ["units": "degrees_east"]),
            ])
        let average = try field.mean(weights: .cellArea).values.item
        #expect(abs(average - expected) < 1e-12)
        let pooled = GlobalAreaWeightedAveragePooling2D(latitudes: Self.latitudes)(map.reshaped([1, 19, 4, 1]))
        let windows = AreaWeightedAveragePooling2D([19, 4], latitudes: Self.latitudes)(map.reshaped([1, 19, 4, 1]))
        #expect(
            abs(pooled.item - expected) < 1e-12 && abs(windows.item - expected) < 1e-12
                && abs(areaWeightedMean(map, latitudes: Self.latitudes).item - expected) < 1e-12)
    }

    @Test func equalStepsCountAsTheCosine() throws {
        let latitudes = [-60.0, -20, 20], values = Tensor([1.0, 2, 4], shape: [3, 1])
        let cosines = latitudes.map { cos($0 * .pi / 180) }
        let expected = (cosines[0] + 2 * cosines[1] + 4 * cosines[2]) / cosines.reduce(0, +)
        #expect(abs(areaWeightedMean(values, latitudes: latitudes).item - expected) < 1e-12)
        // Rows in no order have no neighbours; one row has all the area.
        #expect(
            abs(areaWeightedMean(Tensor([2.0, 1, 4], shape: [3, 1]), latitudes: [-20, -60, 20]).item - expected) < 1e-12
        )
        #expect(areaWeightedMean(Tensor([7.0], shape: [1, 1]), latitudes: [90]).item == 7)
    }

    /// CDO's `gridarea` by its formula: the difference of the sines of the edges.
    private static func shares(_ edges: [Double]) -> [Double] {
        zip(edges, edges.dropFirst()).map { abs(sin($1 * .pi / 180) - sin($0 * .pi / 180)) }
    }

    /// What rows count for, as the means of maps that are 1 in one of them.
    private static func found(_ latitudes: [Double], _ bounds: [ClosedRange<Double>]? = nil) -> [Double] {
        areaWeightedMean(
            Tensor.identity(latitudes.count).expandingDimension(at: 2), latitudes: latitudes, bounds: bounds
        )
        .doubles
    }

    private static func areShares(_ found: [Double], _ shares: [Double]) -> Bool {
        let whole = shares.reduce(0, +)
        return zip(found, shares).allSatisfy { abs($0 - $1 / whole) < 1e-14 }
    }

    @Test func rowsOfUnequalStepsEndHalfWay() {
        // A box that ends before the poles, and rows from north to south.
        #expect(Self.areShares(Self.found([20, 30, 50, 55]), Self.shares([15, 25, 40, 52.5, 57.5])))
        #expect(Self.areShares(Self.found([55, 50, 30, 20]), Self.shares([57.5, 52.5, 40, 25, 15])))
    }

    @Test func noRowGoesBeyondThePole() {
        #expect(Self.areShares(Self.found([-75, 0, 70]), Self.shares([-90, -37.5, 35, 90])))
        #expect(Self.areShares(Self.found([90, 80, 60]), Self.shares([90, 85, 70, 50])))
        #expect(Self.areShares(Self.found([60, 75]), Self.shares([52.5, 67.5, 82.5])))
    }

    @Test func boundsSayMoreThanMiddles() {
        // The Gaussian grid of four rows, whose bounds leave each row the weight of its quadrature.
        let latitudes = [-59.44440828916677, -19.87571914744090, 19.87571914744090, 59.44440828916677]
        let edge = asin(0.6521451548625461) * 180 / .pi, bounds = [-90 ... -edge, -edge...0, 0...edge, edge...90]
        let weights = [0.3478548451374539, 0.6521451548625461, 0.6521451548625461, 0.3478548451374539]
        #expect(Self.areShares(Self.found(latitudes, bounds), weights))
        #expect(Self.areShares(Self.found(latitudes.reversed(), bounds.reversed()), weights))
        #expect(!Self.areShares(Self.found(latitudes), weights))
        // Of a selection each row keeps its own.
        #expect(
            Self.areShares(
                Self.found([latitudes[3], latitudes[1]], [bounds[3], bounds[1]]), [weights[3], weights[1]]))
        // Bounds in another order than their rows are no bounds of theirs.
        #expect(Self.found(latitudes, bounds.reversed()) == Self.found(latitudes))
    }

    @Test func fieldsLossesAndScoresGoByBounds() throws {
        let bounds = [-90 ... -31.0, -31...50, 50...90], shares = Self.shares([-90, -31, 50, 90])
        let map = Tensor([1.0, 2, 4], shape: [3, 1])
        let expected = (shares[0] + 2 * shares[1] + 4 * shares[2]) / 2
        let latitude = Coordinate("lat", labels: .numbers([-60, 0, 60]), bounds: bounds)
        let field = Field("t", map, dimensions: ["lat", "lon"], coordinates: [latitude])
        #expect(abs(try field.mean(weights: .cellArea).values.item - expected) < 1e-14)
        #expect(try field.mean(weights: .cosineOfLatitude).values.item == 2.25)
        let loss = Loss.meanAbsoluteError.weighted(byLatitude: [-60, 0, 60], bounds: bounds, axis: 1)
        let zero = Tensor.zeros([1, 3, 1, 1], dtype: .float64)
        #expect(abs(loss(zero, map.reshaped([1, 3, 1, 1])).item - expected) < 1e-14)
        let copy = try JSONDecoder().decode(Loss.self, from: JSONEncoder().encode(loss))
        #expect(copy(zero, map.reshaped([1, 3, 1, 1])).item == loss(zero, map.reshaped([1, 3, 1, 1])).item)
    }

    @Test func widthsOfColumnsGoOnBehindGreenwich() throws {
        let field = Field(
            "t", Tensor([1.0, 2, 6]), dimensions: ["lon"],
            coordinates: [Coordinate("lon", numbers: [350, 0, 10], attributes: ["units": "degrees_east"])])
        let both = try Field.concatenated([field, field], along: "lat", labels: .numbers([0, 10]))
        let average = try both.mean(over: ["lon"], weights: .cellArea).values.doubles[0]
        #expect(abs(average - 3) < 1e-12)
    }
}
