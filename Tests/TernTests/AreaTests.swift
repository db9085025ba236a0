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

    @Test func widthsOfColumnsGoOnBehindGreenwich() throws {
        let field = Field(
            "t", Tensor([1.0, 2, 6]), dimensions: ["lon"],
            coordinates: [Coordinate("lon", numbers: [350, 0, 10], attributes: ["units": "degrees_east"])])
        let both = try Field.concatenated([field, field], along: "lat", labels: .numbers([0, 10]))
        let average = try both.mean(over: ["lon"], weights: .cellArea).values.doubles[0]
        #expect(abs(average - 3) < 1e-12)
    }
}
